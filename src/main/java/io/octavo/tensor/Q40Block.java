package io.octavo.tensor;

/**
 * Q4_0: a half scale, then 16 bytes: number <i>i</i> in the low bits of byte <i>i</i>, number 16 +
 * <i>i</i> in the high ones; {@code (bits - 8) scale}.
 */
final class Q40Block {
  private Q40Block() {}

  static void decode(byte[] block, int at, float[] target, int offset) {
    float scale = BlockBytes.half(block, at);
    for (int i = 0; i < 16; i++) {
      int both = block[at + 2 + i];
      target[offset + i] = ((both & 0xF) - 8) * scale;
      target[offset + 16 + i] = (((both >> 4) & 0xF) - 8) * scale;
    }
  }
}
