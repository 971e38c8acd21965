package io.octavo.jinja;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as text, as Python's {@code str} and {@code repr} write them. */
final class Text {
  private Text() {}

  static String of(Work work, @Nullable Object value) {
    return switch (value) {
      case String text -> text;
      case Undefined undefined -> "";
      case null, default -> {
        Output output = new Output(work);
        represent(output, value);
        yield output.toString();
      }
    };
  }

  private static void represent(Output output, @Nullable Object value) {
    output.work().enter();
    switch (value) {
      case null -> output.append("None");
      case Boolean b -> output.append(b ? "True" : "False");
      case Double d -> output.append(number(d));
      case String text -> output.append(quoted(text));
      case Undefined undefined -> output.append("Undefined");
      case List<?> list -> {
        boolean tuple = list instanceof Tuple;
        output.append(tuple ? "(" : "[");
        String separator = "";
        for (Object element : list) {
          output.append(separator);
          represent(output, element);
          separator = ", ";
        }
        output.append(tuple ? list.size() == 1 ? ",)" : ")" : "]");
      }
      case Map<?, ?> map -> {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          output.append(separator);
          represent(output, entry.getKey());
          output.append(": ");
          represent(output, entry.getValue());
          separator = ", ";
        }
        output.append(map.isEmpty() ? "{}" : "}");
      }
      case Long number -> output.append(number.toString());
      default -> throw JinjaException.failed(Values.type(value) + " has no text");
    }
    output.work().leave();
  }

  /** A float, as the shortest decimal that is read as the same number. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    double magnitude = Math.abs(value);
    if (magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e16)) {
      String plain = new BigDecimal(Double.toString(value)).toPlainString();
      String text = value == 0 && 1 / value < 0 && !plain.startsWith("-") ? "-" + plain : plain;
      return text.contains(".") ? text : text + ".0";
    }
    String text = Double.toString(value).replace(".0E", "E");
    int exponent = Integer.parseInt(text.substring(text.indexOf('E') + 1));
    return text.substring(0, text.indexOf('E'))
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  private static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder written = new StringBuilder().append(quote);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\\' -> written.append("\\\\");
                case '\n' -> written.append("\\n");
                case '\r' -> written.append("\\r");
                case '\t' -> written.append("\\t");
                default -> {
                  if (c == quote) {
                    written.append('\\');
                  }
                  if (c < ' ' || c == 0x7f) {
                    written.append(String.format("\\x%02x", c));
                  } else {
                    written.appendCodePoint(c);
                  }
                }
              }
            });
    return written.append(quote).toString();
  }
}
