package io.octavo.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call, by place or by name.
 *
 * @param what is called, for messages
 */
record Given(String what, List<@Nullable Object> positional, Map<String, @Nullable Object> named) {
  /** Refuses arguments that would be ignored. */
  Given allowOnly(int most, String... names) {
    for (String name : named.keySet()) {
      if (!List.of(names).contains(name)) {
        throw JinjaException.failed(what + " has no argument '" + name + "'");
      }
    }
    if (positional.size() > most) {
      throw JinjaException.failed(what + " takes at most " + most + " arguments");
    }
    return this;
  }

  boolean has(int place, String name) {
    return place < positional.size() || named.containsKey(name);
  }

  /** An argument, or {@code otherwise}. */
  @Nullable Object get(int place, String name, @Nullable Object otherwise) {
    return place < positional.size() ? positional.get(place) : named.getOrDefault(name, otherwise);
  }

  /** An argument that has to be there. */
  @Nullable Object require(int place, String name) {
    if (!has(place, name)) {
      throw JinjaException.failed(what + " needs an argument '" + name + "'");
    }
    return get(place, name, null);
  }

  String string(int place, String name, @Nullable String otherwise) {
    Object value = otherwise == null ? require(place, name) : get(place, name, otherwise);
    return Values.string(value, "'" + name + "' of " + what);
  }

  long integer(int place, String name, long otherwise) {
    return Values.integer(get(place, name, otherwise), "'" + name + "' of " + what);
  }

  boolean truth(int place, String name, boolean otherwise) {
    return Values.truth(get(place, name, otherwise));
  }
}
