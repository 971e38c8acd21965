package io.octavo.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The filter {@code tojson} as the transformers library defines it: Python's {@code json.dumps}.
 */
final class Json {
  private final Output output;
  private final int indent;
  private final String between;
  private final String behindKey;
  private final boolean sorted;

  private Json(Work work, int indent, String between, String behindKey, boolean sorted) {
    this.output = new Output(work);
    this.indent = indent;
    this.between = between;
    this.behindKey = behindKey;
    this.sorted = sorted;
  }

  static String of(Work work, @Nullable Object value, Given given) {
    given.allowOnly(4, "ensure_ascii", "indent", "separators", "sort_keys");
    if (given.truth(0, "ensure_ascii", false)) {
      throw JinjaException.failed("tojson with ensure_ascii is not supported");
    }
    Object indent = given.get(1, "indent", null);
    int width = indent == null ? -1 : Math.clamp(Values.integer(indent, "indent"), 0, 100);
    String between = width < 0 ? ", " : ",";
    String behindKey = ": ";
    if (given.get(2, "separators", null) instanceof List<?> separators && separators.size() == 2) {
      between = Values.string(separators.get(0), "a separator");
      behindKey = Values.string(separators.get(1), "a separator");
    }
    Json json = new Json(work, width, between, behindKey, given.truth(3, "sort_keys", false));
    json.write(value, 0);
    return json.output.toString();
  }

  private void write(@Nullable Object value, int level) {
    output.work().enter();
    switch (value) {
      case null -> output.append("null");
      case Boolean b -> output.append(b ? "true" : "false");
      case Long number -> output.append(number.toString());
      case Double number -> output.append(number(number));
      case String text -> quote(text);
      case List<?> list -> {
        output.append("[");
        String separator = "";
        for (Object element : list) {
          output.append(separator);
          newLine(level + 1);
          write(element, level + 1);
          separator = between;
        }
        end(list.isEmpty(), level, "]");
      }
      case Map<?, ?> map -> {
        output.append("{");
        String separator = "";
        List<? extends Map.Entry<?, ?>> entries = List.copyOf(map.entrySet());
        if (sorted) {
          entries =
              entries.stream()
                  .sorted((a, b) -> Values.compare(output.work(), a.getKey(), b.getKey()))
                  .toList();
        }
        for (Map.Entry<?, ?> entry : entries) {
          output.append(separator);
          newLine(level + 1);
          quote(
              entry.getKey() instanceof String key
                  ? key
                  : of(output.work(), entry.getKey(), new Given("", List.of(), Map.of())));
          output.append(behindKey);
          write(entry.getValue(), level + 1);
          separator = between;
        }
        end(map.isEmpty(), level, "}");
      }
      default -> throw JinjaException.failed(Values.type(value) + " cannot be written as JSON");
    }
    output.work().leave();
  }

  private static String number(double number) {
    return switch (Text.number(number)) {
      case "nan" -> "NaN";
      case "inf" -> "Infinity";
      case "-inf" -> "-Infinity";
      case String text -> text;
    };
  }

  private void end(boolean empty, int level, String bracket) {
    if (!empty) {
      newLine(level);
    }
    output.append(bracket);
  }

  private void newLine(int level) {
    if (indent >= 0) {
      output.append("\n").append(" ".repeat(indent * level));
    }
  }

  private void quote(String text) {
    StringBuilder written = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int simple = "\"\\\n\r\t\b\f".indexOf(c);
      if (simple >= 0) {
        written.append('\\').append("\"\\nrtbf".charAt(simple));
      } else if (c < ' ') {
        written.append(String.format("\\u%04x", (int) c));
      } else {
        written.append(c);
      }
    }
    output.append(written.append('"').toString());
  }
}
