package io.octavo.tensor;

/** What all formats of blocks have in common: their constants. */
final class BlockBytes {
  private BlockBytes() {}

  /** The half-precision number at an index, little-endian. */
  static float half(byte[] bytes, int at) {
    return Float.float16ToFloat((short) ((bytes[at] & 0xFF) | (bytes[at + 1] << 8)));
  }

  /** The unsigned byte at an index. */
  static int unsigned(byte[] bytes, int at) {
    return bytes[at] & 0xFF;
  }

  /** The scale of the {@code part}-th 32 numbers, in the 12 bytes that Q4_K and Q5_K share. */
  static int scale(byte[] bytes, int at, int part) {
    return part < 4
        ? bytes[at + part] & 0x3F
        : (bytes[at + part + 4] & 0xF) | ((bytes[at + part - 4] & 0xC0) >> 2);
  }

  /** The minimum of the {@code part}-th 32 numbers, in the same 12 bytes. */
  static int minimum(byte[] bytes, int at, int part) {
    return part < 4
        ? bytes[at + part + 4] & 0x3F
        : ((bytes[at + part + 4] & 0xF0) >> 4) | ((bytes[at + part] & 0xC0) >> 2);
  }
}
