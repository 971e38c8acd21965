package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value of a GGUF file's metadata that knows its key, so that each complaint about it can say so.
 *
 * @param file the file, as the user named it
 * @param key its key, such as {@code llama.block_count}
 * @param value a Boolean, Long, Double, String or {@link GgufArray}
 */
record GgufValue(String file, String key, Object value) {
  /** The text of this string. */
  String string() {
    return expect(String.class, "a string");
  }

  /** This Boolean. */
  boolean bool() {
    return expect(Boolean.class, "true or false");
  }

  /** This whole number, of whatever width. */
  long integer() {
    return expect(Long.class, "a whole number");
  }

  /** This number of any kind. */
  double number() {
    return expect(Number.class, "a number").doubleValue();
  }

  /** This array. */
  GgufArray array() {
    return expect(GgufArray.class, "an array");
  }

  /** Whether it is an array. */
  boolean isArray() {
    return value instanceof GgufArray;
  }

  /** The elements of this array of strings. */
  List<String> strings() {
    List<String> strings = new ArrayList<>();
    array().forEachString(strings::add);
    return strings;
  }

  /** What to throw about this value. */
  CheckpointException damaged(String problem) {
    return new CheckpointException(file, "metadata " + key, problem);
  }

  private <T> T expect(Class<T> type, String description) {
    @Nullable Object found = value;
    if (!type.isInstance(found)) {
      throw damaged("should be " + description);
    }
    return type.cast(found);
  }
}
