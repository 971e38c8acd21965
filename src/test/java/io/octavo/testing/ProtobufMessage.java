package io.octavo.testing;

import java.io.ByteArrayOutputStream;

/**
 * A protobuf message that is being written. The protobuf library's own writer needs {@code
 * sun.misc.Unsafe}, which some of the JVMs that the tests run in deny.
 */
final class ProtobufMessage {
  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  byte[] bytes() {
    return out.toByteArray();
  }

  void writeInt64(int field, long value) {
    varint((long) field << 3 | VARINT);
    varint(value);
  }

  void writeInt32(int field, int value) {
    writeInt64(field, value);
  }

  void writeInt32NoTag(int value) {
    varint(value);
  }

  void writeFloat(int field, float value) {
    varint((long) field << 3 | FIXED32);
    int bits = Float.floatToRawIntBits(value);
    for (int i = 0; i < Integer.BYTES; i++) {
      out.write(bits >>> (Byte.SIZE * i));
    }
  }

  void writeByteArray(int field, byte[] content) {
    varint((long) field << 3 | LENGTH_DELIMITED);
    varint(content.length);
    out.writeBytes(content);
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
