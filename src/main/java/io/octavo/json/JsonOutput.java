package io.octavo.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON files, the same bytes on every system. */
public final class JsonOutput {
  /** Beyond ASCII everything is escaped, so that even half a surrogate pair can be written. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /** Where a number that was read was beyond the range of a double, this is one again. */
  private static final String TOO_LARGE = "1e999";

  private JsonOutput() {}

  /**
   * A file that holds one value.
   *
   * @param value a map from strings or a list of such values, a string, Boolean, Integer, Long,
   *     Float or Double, a {@link JsonValue}, or null
   * @throws IllegalArgumentException if it is something else
   */
  public static byte[] bytes(@Nullable Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      DefaultIndenter lines = new DefaultIndenter("  ", "\n");
      json.setPrettyPrinter(
          new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines));
      write(json, value);
      json.writeRaw('\n');
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case JsonValue read -> write(json, read.value());
      case Map<?, ?> fields -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> field : fields.entrySet()) {
          json.writeFieldName(String.valueOf(field.getKey()));
          write(json, field.getValue());
        }
        json.writeEndObject();
      }
      case List<?> elements -> {
        json.writeStartArray();
        for (Object element : elements) {
          write(json, element);
        }
        json.writeEndArray();
      }
      case String text -> json.writeString(text);
      case Boolean flag -> json.writeBoolean(flag);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Float number -> writeNumber(json, number, Float.toString(number));
      case Double number -> writeNumber(json, number, Double.toString(number));
      default -> throw new IllegalArgumentException(value.getClass() + " is no value of JSON");
    }
  }

  private static void writeNumber(JsonGenerator json, double number, String text)
      throws IOException {
    if (Double.isNaN(number)) {
      throw new IllegalArgumentException("JSON has no NaN");
    }
    json.writeNumber(Double.isInfinite(number) ? (number < 0 ? "-" : "") + TOO_LARGE : text);
  }
}
