package io.octavo.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object whose attributes a template can set, in loops too. */
final class Namespace {
  private final Map<String, @Nullable Object> attributes;

  Namespace(Map<String, @Nullable Object> attributes) {
    this.attributes = new HashMap<>(attributes);
  }

  Map<String, @Nullable Object> attributes() {
    return attributes;
  }
}
