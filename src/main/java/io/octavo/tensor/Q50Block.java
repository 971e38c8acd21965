package io.octavo.tensor;

/** Q5_0: a half scale, then {@link FiveBits}; {@code (bits - 16) scale}. */
final class Q50Block {
  private Q50Block() {}

  static void decode(byte[] block, int at, float[] target, int offset) {
    float scale = BlockBytes.half(block, at);
    for (int i = 0; i < 16; i++) {
      target[offset + i] = (FiveBits.low(block, at + 2, i) - 16) * scale;
      target[offset + 16 + i] = (FiveBits.high(block, at + 2, i) - 16) * scale;
    }
  }
}
