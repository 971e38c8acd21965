package io.octavo.tensor;

/**
 * Q6_K: 128 bytes of low four bits, 64 of high two bits, 16 signed scales, a half scale of scales;
 * in halves of 128 numbers, of which each byte of high bits serves four, 32 apart.
 */
final class Q6KBlock {
  private Q6KBlock() {}

  static void decode(byte[] block, int at, float[] target, int offset) {
    float scale = BlockBytes.half(block, at + 208);
    for (int i = 0; i < 256; i++) {
      int half = i / 128;
      int quarter = i % 128 / 32;
      int lane = i % 32;
      int low = block[at + half * 64 + quarter % 2 * 32 + lane] >> (quarter / 2 * 4);
      int high = block[at + 128 + half * 32 + lane] >> (quarter * 2);
      int bits = (low & 0xF) | ((high & 3) << 4);
      target[offset + i] = scale * block[at + 192 + i / 16] * (bits - 32);
    }
  }
}
