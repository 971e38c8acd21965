package io.octavo.tensor;

/**
 * Q5_K: as {@link Q4KBlock}, with 32 bytes of fifth bits before the 128: bit <i>p</i> of byte
 * <i>i</i> belongs to number <i>i</i> of part <i>p</i>.
 */
final class Q5KBlock {
  private Q5KBlock() {}

  static void decode(byte[] block, int at, float[] target, int offset) {
    float scale = BlockBytes.half(block, at);
    float minimum = BlockBytes.half(block, at + 2);
    for (int part = 0; part < 8; part++) {
      float step = scale * BlockBytes.scale(block, at + 4, part);
      float least = minimum * BlockBytes.minimum(block, at + 4, part);
      int first = at + 48 + part / 2 * 32;
      int shift = part % 2 * 4;
      for (int i = 0; i < 32; i++) {
        int fifth = (block[at + 16 + i] >> part) & 1;
        int bits = ((block[first + i] >> shift) & 0xF) | (fifth << 4);
        target[offset + part * 32 + i] = step * bits - least;
      }
    }
  }
}
