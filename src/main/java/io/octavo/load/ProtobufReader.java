package io.octavo.load;

import com.google.protobuf.CodedInputStream;
import io.octavo.error.CheckpointException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Walks protobuf messages in a segment, field by field. Every length is checked against the message
 * around it before it is believed.
 *
 * <p>The decoder is fed through a stream and strings are decoded here, because its other paths use
 * {@code sun.misc.Unsafe}, about which the JVM warns.
 */
final class ProtobufReader {
  private static final int LONGEST_STRING = 1 << 16;

  /** Short, because most messages are; what is read ahead of a skipped tensor is wasted. */
  private static final int READ_AHEAD = 512;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final String file;
  private final MemorySegment segment;
  private final long base;
  private final CodedInputStream in;
  private int tag;

  /**
   * Reads the message that fills {@code segment}.
   *
   * @param file for messages
   * @param base byte offset of the segment in its file
   */
  ProtobufReader(String file, MemorySegment segment, long base) throws IOException {
    if (segment.byteSize() > Integer.MAX_VALUE) {
      throw new CheckpointException(
          file,
          "",
          "larger than 2 GiB, the limit of an ONNX file; save the model with external data");
    }
    this.file = file;
    this.segment = segment;
    this.base = base;
    this.in = CodedInputStream.newInstance(new SegmentInputStream(segment), READ_AHEAD);
    in.pushLimit((int) segment.byteSize());
  }

  /** Byte offset in the file of what is read next. */
  long position() {
    return base + in.getTotalBytesRead();
  }

  /** Goes to the next field of the message; false at its end. */
  boolean next() throws IOException {
    if (in.isAtEnd()) {
      return false;
    }
    tag = in.readTag();
    return true;
  }

  /** Number of the current field. */
  int field() {
    return tag >>> 3;
  }

  /** Enters the current field as a message; what it returns is for {@link #leave}. */
  int enter() throws IOException {
    return in.pushLimit(length());
  }

  /** Leaves a message whose fields have all been read. */
  void leave(int outer) {
    in.popLimit(outer);
  }

  /** Whether the current repeated field is a packed run, to be entered, or a single number. */
  boolean isPacked() {
    return (tag & 7) == LENGTH_DELIMITED;
  }

  /** Whether a packed run that was entered holds more numbers. */
  boolean hasMore() throws IOException {
    return !in.isAtEnd();
  }

  /** The current field as an integer. */
  long varint() throws IOException {
    expect(VARINT);
    return in.readInt64();
  }

  /** The current field as a float. */
  float fixed32() throws IOException {
    expect(FIXED32);
    return in.readFloat();
  }

  /** The next number of a packed run that was entered, or the current field. */
  long repeatedVarint() throws IOException {
    return isPacked() ? in.readInt64() : varint();
  }

  /** The next number of a packed run that was entered, or the current field. */
  float repeatedFixed32() throws IOException {
    return isPacked() ? in.readFloat() : fixed32();
  }

  /** The current field as a string. */
  String string() throws IOException {
    int length = length();
    if (length > LONGEST_STRING) {
      throw damaged("a name of " + length + " bytes");
    }
    return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
  }

  /** Steps over the current field's bytes and returns them where they lie. */
  MemorySegment bytes() throws IOException {
    int length = length();
    long start = in.getTotalBytesRead();
    in.skipRawBytes(length);
    return segment.asSlice(start, length);
  }

  /** Steps over the current field. */
  void skip() throws IOException {
    switch (tag & 7) {
      case VARINT -> in.readRawVarint64();
      case FIXED64 -> in.skipRawBytes(Long.BYTES);
      case LENGTH_DELIMITED -> in.skipRawBytes(length());
      case FIXED32 -> in.skipRawBytes(Integer.BYTES);
      default -> throw damaged("field " + field() + " is of wire type " + (tag & 7));
    }
  }

  /** A complaint about the bytes before {@link #position()}. */
  CheckpointException damaged(String problem) {
    return new CheckpointException(
        file, "at byte offset " + position(), "damaged, or no ONNX file: " + problem);
  }

  private int length() throws IOException {
    expect(LENGTH_DELIMITED);
    int length = in.readRawVarint32();
    int remaining = in.getBytesUntilLimit();
    if (length < 0 || length > remaining) {
      throw damaged(
          "field "
              + field()
              + " claims "
              + Integer.toUnsignedString(length)
              + " bytes where "
              + remaining
              + " are left");
    }
    return length;
  }

  private void expect(int wireType) {
    if ((tag & 7) != wireType) {
      throw damaged("field " + field() + " is of wire type " + (tag & 7) + ", not " + wireType);
    }
  }
}
