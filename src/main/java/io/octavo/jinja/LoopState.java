package io.octavo.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop}. */
final class LoopState {
  private final List<@Nullable Object> elements;
  private int index;

  LoopState(List<@Nullable Object> elements) {
    this.elements = elements;
  }

  void at(int place) {
    index = place;
  }

  @Nullable Object attribute(String name) {
    int length = elements.size();
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> (long) length - index;
      case "revindex0" -> length - index - 1L;
      case "first" -> index == 0;
      case "last" -> index == length - 1;
      case "length" -> (long) length;
      case "previtem" ->
          index > 0 ? elements.get(index - 1) : new Undefined("the element before the first");
      case "nextitem" ->
          index < length - 1
              ? elements.get(index + 1)
              : new Undefined("the element after the last");
      case "cycle" ->
          (Callable)
              (positional, named) -> {
                if (positional.isEmpty()) {
                  throw JinjaException.failed("loop.cycle needs something to choose from");
                }
                return positional.get(index % positional.size());
              };
      default -> new Undefined("loop." + name);
    };
  }
}
