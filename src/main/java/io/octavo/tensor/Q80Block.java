package io.octavo.tensor;

/** Q8_0: a half scale, then 32 signed bytes; {@code byte * scale}. */
final class Q80Block {
  private Q80Block() {}

  static void decode(byte[] block, int at, float[] target, int offset) {
    float scale = BlockBytes.half(block, at);
    for (int i = 0; i < 32; i++) {
      target[offset + i] = block[at + 2 + i] * scale;
    }
  }
}
