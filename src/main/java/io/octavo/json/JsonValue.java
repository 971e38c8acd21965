package io.octavo.json;

import com.fasterxml.jackson.core.JsonParser;
import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value of a JSON file that knows where it stands, so that each complaint about it can say so.
 * Much lighter to start than a data-binding library, which a cold JVM takes long to load.
 *
 * @param file the file, as the user named it
 * @param place where in the file
 * @param value a map or list of such values, a string, Boolean, Integer, Long or Double (a whole
 *     number that is too large for a Long is a Double), or null
 */
public record JsonValue(String file, JsonPath place, @Nullable Object value) {
  /** A value at a place that is written out, such as {@code model.vocab}. */
  public JsonValue(String file, String path, @Nullable Object value) {
    this(file, JsonPath.of(path), value);
  }

  /**
   * The value that {@link JsonOutput#bytes} would write and a reader would find there; for settings
   * that stand in no JSON file. Where there is no such file at all, a process need not load a
   * parser.
   *
   * @param value a map from strings or a list of such values, a string, Boolean, Integer, Long,
   *     Double, a {@link JsonValue}, or null
   * @throws IllegalArgumentException if it is something else
   */
  public static JsonValue of(String file, @Nullable Object value) {
    return JsonCopy.of(file, JsonPath.of(""), value);
  }

  /** Reads the value whose first token is the parser's current one. */
  public static JsonValue read(JsonParser parser, String file, String path) throws IOException {
    return new JsonTree(parser, file).read(JsonPath.of(path));
  }

  /** Where in the file, such as {@code added_tokens[2].id}. */
  public String path() {
    return place.toString();
  }

  /** Whether it is JSON's null. */
  public boolean isNull() {
    return value == null;
  }

  /** A field of this object that must be there; it may be null. */
  public JsonValue get(String name) {
    JsonValue field = fields().get(name);
    if (field == null) {
      throw new CheckpointException(file, place.field(name).toString(), "is missing");
    }
    return field;
  }

  /** A field of this object, or null if it is absent or null. */
  public @Nullable JsonValue find(String name) {
    JsonValue field = fields().get(name);
    return field == null || field.isNull() ? null : field;
  }

  /** Refuses, by name, a field that would otherwise be ignored. */
  public void allowOnly(String... names) {
    for (Map.Entry<String, JsonValue> field : fields().entrySet()) {
      if (!List.of(names).contains(field.getKey())) {
        throw new UnsupportedModelException(
            file, field.getValue().path() + ": a field of this name is not supported");
      }
    }
  }

  /** The fields of this object, in the order of the file. */
  @SuppressWarnings("unchecked")
  public Map<String, JsonValue> fields() {
    return (Map<String, JsonValue>) expect(Map.class, "an object");
  }

  /** The elements of this array. */
  @SuppressWarnings("unchecked")
  public List<JsonValue> array() {
    return (List<JsonValue>) expect(List.class, "an array");
  }

  /** The text of this string. */
  public String string() {
    return expect(String.class, "a string");
  }

  /** This Boolean. */
  public boolean bool() {
    return expect(Boolean.class, "true or false");
  }

  /** A whole number from 0 on. */
  public int integer() {
    int number = expect(Integer.class, "a whole number of 0 or more");
    if (number < 0) {
      throw damaged("should be a whole number of 0 or more, and is " + number);
    }
    return number;
  }

  /** A whole number from 0 on that may be larger than an int. */
  public long longInteger() {
    if (value instanceof Long number && number >= 0) {
      return number;
    }
    return integer();
  }

  /** A number of any kind; infinite where it is beyond the range of a double. */
  public double number() {
    return expect(Number.class, "a number").doubleValue();
  }

  /** What to throw about this value. */
  public CheckpointException damaged(String problem) {
    return new CheckpointException(file, path(), problem);
  }

  private <T> T expect(Class<T> type, String description) {
    if (!type.isInstance(value)) {
      throw damaged("should be " + description);
    }
    return type.cast(Objects.requireNonNull(value));
  }
}
