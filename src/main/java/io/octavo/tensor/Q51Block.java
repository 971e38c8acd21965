package io.octavo.tensor;

/** Q5_1: a half scale and a half minimum, then {@link FiveBits}; {@code bits * scale + minimum}. */
final class Q51Block {
  private Q51Block() {}

  static void decode(byte[] block, int at, float[] target, int offset) {
    float scale = BlockBytes.half(block, at);
    float minimum = BlockBytes.half(block, at + 2);
    for (int i = 0; i < 16; i++) {
      target[offset + i] = FiveBits.low(block, at + 4, i) * scale + minimum;
      target[offset + 16 + i] = FiveBits.high(block, at + 4, i) * scale + minimum;
    }
  }
}
