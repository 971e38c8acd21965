package io.octavo.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Variables, and those around them. */
final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, @Nullable Object> variables;

  private Scope(@Nullable Scope outer, Map<String, @Nullable Object> variables) {
    this.outer = outer;
    this.variables = variables;
  }

  static Scope of(Map<String, @Nullable Object> variables) {
    return new Scope(null, new HashMap<>(variables));
  }

  Scope inner() {
    return new Scope(this, new HashMap<>());
  }

  void set(String name, @Nullable Object value) {
    variables.put(name, value);
  }

  @Nullable Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      if (scope.variables.containsKey(name)) {
        return scope.variables.get(name);
      }
    }
    return new Undefined("'" + name + "'");
  }
}
