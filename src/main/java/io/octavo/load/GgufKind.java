package io.octavo.load;

import io.octavo.error.CheckpointException;

/** The kinds of values in a GGUF file's metadata, in the order of their numbers. */
enum GgufKind {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  STRING(8),
  ARRAY(12),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private static final GgufKind[] ALL = values();

  private final int bytes;

  GgufKind(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of a value; of strings and arrays those that each has at least. */
  int bytes() {
    return bytes;
  }

  boolean isInteger() {
    return switch (this) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
      case FLOAT32, BOOL, STRING, ARRAY, FLOAT64 -> false;
    };
  }

  /** Reads the number of a kind. */
  static GgufKind read(GgufCursor cursor, String key) {
    int id = cursor.readInt();
    if (id < 0 || id >= ALL.length) {
      throw new CheckpointException(
          cursor.file(),
          "metadata " + key,
          "is of type " + Integer.toUnsignedString(id) + ", which the format does not have");
    }
    return ALL[id];
  }

  /** Reads a value that is no array: a Boolean, Long, Double or String. */
  Object read(GgufCursor cursor) {
    long at = cursor.position();
    return switch (this) {
      case UINT8 -> (long) (cursor.readByte() & 0xFF);
      case INT8 -> (long) cursor.readByte();
      case UINT16 -> (long) (cursor.readShort() & 0xFFFF);
      case INT16 -> (long) cursor.readShort();
      case UINT32 -> Integer.toUnsignedLong(cursor.readInt());
      case INT32 -> (long) cursor.readInt();
      case FLOAT32 -> (double) Float.intBitsToFloat(cursor.readInt());
      case FLOAT64 -> Double.longBitsToDouble(cursor.readLong());
      case INT64 -> cursor.readLong();
      case UINT64 -> {
        long value = cursor.readLong();
        if (value < 0) {
          throw new CheckpointException(
              cursor.file(),
              "at byte offset " + at,
              "the number " + Long.toUnsignedString(value) + " is larger than any that is read");
        }
        yield value;
      }
      case BOOL -> {
        int value = cursor.readByte();
        if (value != 0 && value != 1) {
          throw new CheckpointException(
              cursor.file(), "at byte offset " + at, "should be 0 or 1, and is " + value);
        }
        yield value == 1;
      }
      case STRING -> cursor.readString(Integer.MAX_VALUE - 8);
      case ARRAY -> throw new IllegalStateException("An array is read by its own class");
    };
  }
}
