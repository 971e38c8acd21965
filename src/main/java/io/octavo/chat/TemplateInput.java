package io.octavo.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of Java as those of a template, and how long they are together. */
final class TemplateInput {
  private static final int DEEPEST = 64;

  private long length;

  /** Characters of all strings that went through, and one for each other value. */
  long length() {
    return length;
  }

  Map<String, @Nullable Object> message(ChatMessage message) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("role", value(message.role()));
    fields.put("content", value(message.content()));
    message.fields().forEach((name, value) -> fields.put(name, value(value)));
    return fields;
  }

  /**
   * A value.
   *
   * @throws IllegalArgumentException if a template has no such values
   */
  @Nullable Object value(@Nullable Object value) {
    return value(value, 0);
  }

  private @Nullable Object value(@Nullable Object value, int depth) {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("A value is nested more than " + DEEPEST + " deep");
    }
    length++;
    return switch (value) {
      case null -> null;
      case String text -> {
        length += text.length();
        yield text;
      }
      case Boolean flag -> flag;
      case Integer number -> (Object) number.longValue();
      case Long number -> number;
      case Float number -> (Object) number.doubleValue();
      case Double number -> number;
      case List<?> list -> {
        List<@Nullable Object> elements = new ArrayList<>();
        list.forEach(element -> elements.add(value(element, depth + 1)));
        yield elements;
      }
      case Map<?, ?> map -> {
        Map<@Nullable Object, @Nullable Object> fields = new LinkedHashMap<>();
        map.forEach(
            (name, field) -> {
              if (!(name instanceof String)) {
                throw new IllegalArgumentException("A map's keys have to be strings");
              }
              fields.put(value(name, depth + 1), value(field, depth + 1));
            });
        yield fields;
      }
      default ->
          throw new IllegalArgumentException(
              "A template has strings, numbers, Booleans, lists and maps, and no "
                  + value.getClass().getName());
    };
  }
}
