package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A place in a GGUF file from which little-endian numbers and strings are read, one by one. */
final class GgufCursor {
  private final String file;

  /**
   * The file's first part, which has to hold all numbers and strings. A buffer, since reading a
   * segment costs a JVM that has just started a handle for each type of number.
   */
  private final ByteBuffer begin;

  /** Bytes of the whole file. */
  private final long size;

  private long position;

  GgufCursor(String file, MemorySegment segment, long position) {
    this(
        file,
        segment
            .asSlice(0, Math.min(segment.byteSize(), Integer.MAX_VALUE))
            .asByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN),
        segment.byteSize(),
        position);
  }

  private GgufCursor(String file, ByteBuffer begin, long size, long position) {
    this.file = file;
    this.begin = begin;
    this.size = size;
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
    return new GgufCursor(file, begin, size, position);
  }

  long remaining() {
    return size - position;
  }

  int readByte() {
    return begin.get(read(Byte.BYTES));
  }

  int readShort() {
    return begin.getShort(read(Short.BYTES));
  }

  int readInt() {
    return begin.getInt(read(Integer.BYTES));
  }

  long readLong() {
    return begin.getLong(read(Long.BYTES));
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
    ByteBuffer bytes = begin.slice(read(length), (int) length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException exception) {
      throw new CheckpointException(
          file, "at byte offset " + at, "a string that is no UTF-8", exception);
    }
  }

  void skipString() {
    advance(readCount("bytes of a string", 1));
  }

  /** Moves on over what is read, and returns where it was. */
  private int read(long bytes) {
    if (bytes <= remaining() && position + bytes > begin.limit()) {
      throw new CheckpointException(
          file,
          "at byte offset " + position,
          "metadata and tensors' names of more than " + begin.limit() + " bytes");
    }
    return (int) advance(bytes);
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
