package io.octavo.tensor;

/**
 * Q4_1: a half scale and a half minimum, then 16 bytes as in {@link Q40Block}; {@code bits * scale
 * + minimum}.
 */
final class Q41Block {
  private Q41Block() {}

  static void decode(byte[] block, int at, float[] target, int offset) {
    float scale = BlockBytes.half(block, at);
    float minimum = BlockBytes.half(block, at + 2);
    for (int i = 0; i < 16; i++) {
      int both = block[at + 4 + i];
      target[offset + i] = (both & 0xF) * scale + minimum;
      target[offset + 16 + i] = ((both >> 4) & 0xF) * scale + minimum;
    }
  }
}
