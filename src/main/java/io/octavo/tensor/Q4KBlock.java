package io.octavo.tensor;

/**
 * Q4_K: a half scale of scales and one of minima, 12 bytes with eight scales and minima, then 128
 * bytes: of each 32, the low bits are one part of 32 numbers and the high bits the next.
 */
final class Q4KBlock {
  private Q4KBlock() {}

  static void decode(byte[] block, int at, float[] target, int offset) {
    float scale = BlockBytes.half(block, at);
    float minimum = BlockBytes.half(block, at + 2);
    for (int part = 0; part < 8; part++) {
      float step = scale * BlockBytes.scale(block, at + 4, part);
      float least = minimum * BlockBytes.minimum(block, at + 4, part);
      int first = at + 16 + part / 2 * 32;
      int shift = part % 2 * 4;
      for (int i = 0; i < 32; i++) {
        int bits = (block[first + i] >> shift) & 0xF;
        target[offset + part * 32 + i] = step * bits - least;
      }
    }
  }
}
