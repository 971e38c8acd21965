package io.octavo.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions that every template has. */
final class Globals {
  private Globals() {}

  static Map<String, @Nullable Object> functions(Work work) {
    Map<String, @Nullable Object> functions = new LinkedHashMap<>();
    functions.put("range", (Callable) (positional, named) -> range(work, positional, named));
    functions.put("namespace", (Callable) (positional, named) -> namespace(positional, named));
    functions.put(
        "dict",
        (Callable)
            (positional, named) ->
                new LinkedHashMap<@Nullable Object, @Nullable Object>(
                    namespace(positional, named).attributes()));
    functions.put(
        "raise_exception",
        (Callable)
            (positional, named) -> {
              Object message = positional.isEmpty() ? "" : positional.getFirst();
              throw new JinjaException(JinjaException.Kind.RAISED, 0, Text.of(work, message));
            });
    return functions;
  }

  private static List<@Nullable Object> range(
      Work work, List<@Nullable Object> positional, Map<String, @Nullable Object> named) {
    Given given = new Given("range", positional, named).allowOnly(3);
    boolean single = positional.size() == 1;
    long begin = single ? 0 : Values.integer(given.require(0, "start"), "a range's start");
    long end = Values.integer(given.require(single ? 0 : 1, "stop"), "a range's stop");
    long step = given.integer(2, "step", 1);
    if (step == 0) {
      throw JinjaException.failed("a range's step cannot be 0");
    }
    List<@Nullable Object> numbers = new ArrayList<>();
    for (long i = begin; step > 0 ? i < end : i > end; i += step) {
      work.spend(4);
      numbers.add(i);
      if (step > 0 ? i > Long.MAX_VALUE - step : i < Long.MIN_VALUE - step) {
        break;
      }
    }
    return numbers;
  }

  private static Namespace namespace(
      List<@Nullable Object> positional, Map<String, @Nullable Object> named) {
    Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
    for (Object each : positional) {
      if (!(each instanceof Map<?, ?> map)) {
        throw JinjaException.failed("a namespace begins with dictionaries and named values");
      }
      map.forEach((key, value) -> attributes.put(Values.string(key, "a name"), value));
    }
    attributes.putAll(named);
    return new Namespace(attributes);
  }
}
