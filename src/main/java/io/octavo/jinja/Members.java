package io.octavo.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What stands behind the dot. Nothing of Java can be reached by it. */
final class Members {
  private Members() {}

  /** {@code object.name}: a method, or else the element of that name. */
  static @Nullable Object get(Work work, @Nullable Object object, String name) {
    return switch (object) {
      case Undefined undefined -> throw undefined.exception();
      case Map<?, ?> map -> {
        Callable method = dictionaryMethod(work, map, name);
        yield method != null ? method : Operators.item(work, map, name);
      }
      case Namespace namespace ->
          namespace.attributes().containsKey(name)
              ? namespace.attributes().get(name)
              : new Undefined("the namespace's '" + name + "'");
      case LoopState loop -> loop.attribute(name);
      case String text -> orUndefined(StringMethods.find(work, text, name), object, name);
      case List<?> list -> orUndefined(listMethod(work, list, name), object, name);
      case null, default -> orUndefined(null, object, name);
    };
  }

  private static Object orUndefined(
      @Nullable Callable method, @Nullable Object object, String name) {
    return method != null ? method : new Undefined("'" + name + "' of " + Values.type(object));
  }

  private static @Nullable Callable dictionaryMethod(Work work, Map<?, ?> map, String name) {
    return switch (name) {
      case "items" -> (positional, named) -> items(work, map);
      case "keys" -> (positional, named) -> Values.elements(work, map);
      case "values" ->
          (positional, named) -> {
            work.spend(map.size());
            return new ArrayList<>(map.values());
          };
      case "get" ->
          (positional, named) -> {
            Given given = new Given("get", positional, named).allowOnly(2);
            Object key = Values.key(given.require(0, "key"));
            return map.containsKey(key) ? map.get(key) : given.get(1, "default", null);
          };
      default -> null;
    };
  }

  /** The pairs of a dictionary, each a tuple of two. */
  static List<@Nullable Object> items(Work work, Map<?, ?> map) {
    work.spend(map.size());
    List<@Nullable Object> items = new ArrayList<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      List<@Nullable Object> pair = new ArrayList<>();
      pair.add(entry.getKey());
      pair.add(entry.getValue());
      items.add(new Tuple(pair));
    }
    return items;
  }

  private static @Nullable Callable listMethod(Work work, List<?> list, String name) {
    return switch (name) {
      case "index" ->
          (positional, named) -> {
            Object wanted = new Given("index", positional, named).allowOnly(1).require(0, "value");
            for (int i = 0; i < list.size(); i++) {
              if (Values.equal(work, list.get(i), wanted)) {
                return (long) i;
              }
            }
            throw JinjaException.failed("a list does not contain what index looks for");
          };
      case "count" ->
          (positional, named) -> {
            Object wanted = new Given("count", positional, named).allowOnly(1).require(0, "value");
            return list.stream().filter(each -> Values.equal(work, each, wanted)).count();
          };
      case "append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse" ->
          throw JinjaException.failed(
              "a template cannot change a list by '" + name + "'; lists are joined by +");
      default -> null;
    };
  }
}
