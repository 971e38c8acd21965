package io.octavo.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of JSON made of Java's own. */
final class JsonCopy {
  private JsonCopy() {}

  static JsonValue of(String file, JsonPath path, @Nullable Object value) {
    if (value instanceof JsonValue read) {
      return of(file, path, read.value());
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, JsonValue> fields = new LinkedHashMap<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        String name = String.valueOf(entry.getKey());
        fields.put(name, of(file, path.field(name), entry.getValue()));
      }
      return new JsonValue(file, path, fields);
    }
    if (value instanceof List<?> list) {
      List<JsonValue> elements = new ArrayList<>(list.size());
      for (Object element : list) {
        elements.add(of(file, path.element(elements.size()), element));
      }
      return new JsonValue(file, path, elements);
    }
    if (value instanceof Long number && number == number.intValue()) {
      // A reader takes the smallest type that holds it.
      return new JsonValue(file, path, number.intValue());
    }
    if (value == null
        || value instanceof String
        || value instanceof Boolean
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Double) {
      return new JsonValue(file, path, value);
    }
    throw new IllegalArgumentException(value.getClass() + " is no value of JSON");
  }
}
