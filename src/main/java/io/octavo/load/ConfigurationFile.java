package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonDocument;
import io.octavo.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the small JSON files beside a model's weights. */
final class ConfigurationFile {
  /** Far more than any model has, and few enough that products of two are longs. */
  private static final int MOST_FEATURES = 1 << 20;

  private ConfigurationFile() {}

  /** A file that holds an object. */
  static JsonValue object(ModelSource source, String file) {
    String place = source.place(file);
    try (InputStream stream = source.open(file)) {
      return JsonDocument.object(place, stream);
    } catch (IOException exception) {
      throw new CheckpointException(place, "", "cannot be read: " + exception, exception);
    }
  }

  /** A file that holds any value. */
  static JsonValue value(ModelSource source, String file) {
    String place = source.place(file);
    try (InputStream stream = source.open(file)) {
      return JsonDocument.value(place, stream);
    } catch (IOException exception) {
      throw new CheckpointException(place, "", "cannot be read: " + exception, exception);
    }
  }

  /** A field that is true or false; {@code absent} if it is absent or null. */
  static boolean bool(JsonValue object, String name, boolean absent) {
    JsonValue field = object.find(name);
    return field == null ? absent : field.bool();
  }

  /** A text; null if it is absent or null. */
  static @Nullable String text(JsonValue object, String name) {
    JsonValue field = object.find(name);
    return field == null ? null : field.string();
  }

  /** A number of features that must be there. */
  static int features(JsonValue field) {
    int number = field.integer();
    if (number < 1 || number > MOST_FEATURES) {
      throw field.damaged("is " + number + ", not a number of features from 1 to " + MOST_FEATURES);
    }
    return number;
  }

  /** Refuses a text that is there and is not the one served. */
  static void expect(JsonValue object, String name, String served) {
    JsonValue field = object.find(name);
    if (field != null && !field.string().equals(served)) {
      throw unsupported(
          field, "\"" + field.string() + "\" is not supported; \"" + served + "\" is");
    }
  }

  /** Refuses a field that is there and holds more than an empty object or array, false or null. */
  static void expectNothing(JsonValue object, String name) {
    JsonValue field = object.find(name);
    boolean nothing =
        switch (field == null ? null : field.value()) {
          case null -> true;
          case Boolean flag -> !flag;
          case Map<?, ?> fields -> fields.isEmpty();
          case List<?> elements -> elements.isEmpty();
          default -> false;
        };
    if (field != null && !nothing) {
      throw unsupported(field, "a model with this setting is not supported");
    }
  }

  /** What to throw about a sound value that is not served. */
  static UnsupportedModelException unsupported(JsonValue value, String problem) {
    String path = value.path();
    return new UnsupportedModelException(
        value.file(), path.isEmpty() ? problem : path + ": " + problem);
  }
}
