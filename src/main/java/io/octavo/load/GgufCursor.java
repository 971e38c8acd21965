package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A place in a GGUF file from which little-endian numbers and strings are read, one by one. */
final class GgufCursor {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String file;
  private final MemorySegment segment;
  private long position;

  GgufCursor(String file, MemorySegment segment, long position) {
    this.file = file;
    this.segment = segment;
    this.position = position;
  }

  String file() {
    return file;
  }

  long position() {
    return position;
  }

  /** Another cursor at the same place. */
  GgufCursor copy() {
    return new GgufCursor(file, segment, position);
  }

  long remaining() {
    return segment.byteSize() - position;
  }

  int readByte() {
    return segment.get(ValueLayout.JAVA_BYTE, advance(Byte.BYTES));
  }

  int readShort() {
    return segment.get(SHORT, advance(Short.BYTES));
  }

  int readInt() {
    return segment.get(INT, advance(Integer.BYTES));
  }

  long readLong() {
    return segment.get(LONG, advance(Long.BYTES));
  }

  /**
   * Reads a number of things.
   *
   * @param what what they are, for messages
   * @param least bytes that each of them takes at least
   * @throws CheckpointException if they cannot be in what is left of the file
   */
  long readCount(String what, int least) {
    long at = position;
    long count = readLong();
    if (count < 0 || count > remaining() / least) {
      throw new CheckpointException(
          file,
          "at byte offset " + at,
          Long.toUnsignedString(count)
              + " "
              + what
              + " cannot be in the "
              + remaining()
              + " bytes that follow: cut short, or damaged");
    }
    return count;
  }

  /** Reads a string: its length in bytes, and UTF-8. */
  String readString(long longest) {
    long at = position;
    long length = readCount("bytes of a string", 1);
    if (length > longest) {
      throw new CheckpointException(
          file, "at byte offset " + at, "a string of " + length + " bytes; at most " + longest);
    }
    byte[] bytes = segment.asSlice(advance(length), length).toArray(ValueLayout.JAVA_BYTE);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException exception) {
      throw new CheckpointException(
          file, "at byte offset " + at, "a string that is no UTF-8", exception);
    }
  }

  void skipString() {
    advance(readCount("bytes of a string", 1));
  }

  /** Moves on, and returns where it was. */
  long advance(long bytes) {
    if (bytes > remaining()) {
      throw new CheckpointException(
          file,
          "at byte offset " + position,
          "the file ends after " + remaining() + " of " + bytes + " bytes: it is cut short");
    }
    long before = position;
    position += bytes;
    return before;
  }
}
