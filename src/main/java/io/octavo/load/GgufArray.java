package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.LongConsumer;

/**
 * An array in a GGUF file's metadata. Its bytes were walked through when the header was read, and
 * are read again by whoever wants its elements, so that a vocabulary is held once and not twice.
 */
final class GgufArray {
  private final String key;
  private final GgufKind kind;
  private final int count;
  private final GgufCursor start;

  private GgufArray(String key, GgufKind kind, int count, GgufCursor start) {
    this.key = key;
    this.kind = kind;
    this.count = count;
    this.start = start;
  }

  /** Walks through an array, which a cursor stands before, and leaves the cursor behind it. */
  static GgufArray read(GgufCursor cursor, String key) {
    GgufKind kind = GgufKind.read(cursor, key);
    if (kind == GgufKind.ARRAY) {
      throw new CheckpointException(
          cursor.file(), "metadata " + key, "an array of arrays, which no model needs");
    }
    long count = cursor.readCount("elements of " + key, kind.bytes());
    if (count > Integer.MAX_VALUE) {
      throw new CheckpointException(
          cursor.file(), "metadata " + key, "an array of " + count + " elements");
    }
    GgufArray array = new GgufArray(key, kind, (int) count, cursor.copy());
    if (kind == GgufKind.STRING) {
      for (int i = 0; i < count; i++) {
        cursor.skipString();
      }
    } else {
      cursor.advance(count * kind.bytes());
    }
    return array;
  }

  /** Number of elements. */
  int count() {
    return count;
  }

  /** Hands on the elements of an array of strings. */
  void forEachString(Consumer<String> strings) {
    if (kind != GgufKind.STRING) {
      throw damaged("should be an array of strings");
    }
    GgufCursor cursor = start.copy();
    for (int i = 0; i < count; i++) {
      strings.accept(cursor.readString(Integer.MAX_VALUE - 8));
    }
  }

  /** Hands on the elements of an array of whole numbers. */
  void forEachInteger(LongConsumer numbers) {
    if (!kind.isInteger()) {
      throw damaged("should be an array of whole numbers");
    }
    GgufCursor cursor = start.copy();
    for (int i = 0; i < count; i++) {
      numbers.accept((Long) kind.read(cursor));
    }
  }

  /** Hands on the elements of an array of numbers. */
  void forEachNumber(DoubleConsumer numbers) {
    if (!kind.isInteger() && kind != GgufKind.FLOAT32 && kind != GgufKind.FLOAT64) {
      throw damaged("should be an array of numbers");
    }
    GgufCursor cursor = start.copy();
    for (int i = 0; i < count; i++) {
      numbers.accept(((Number) kind.read(cursor)).doubleValue());
    }
  }

  /** Hands on the elements of an array of Booleans, as 1 and 0. */
  void forEachFlag(Consumer<Boolean> flags) {
    if (kind != GgufKind.BOOL) {
      throw damaged("should be an array of true and false");
    }
    GgufCursor cursor = start.copy();
    for (int i = 0; i < count; i++) {
      flags.accept((Boolean) kind.read(cursor));
    }
  }

  private CheckpointException damaged(String problem) {
    return new CheckpointException(start.file(), "metadata " + key, problem);
  }
}
