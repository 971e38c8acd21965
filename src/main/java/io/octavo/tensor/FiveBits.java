package io.octavo.tensor;

/**
 * The integers of Q5_0 and Q5_1: four bytes with the fifth bits, then 16 as in {@link Q40Block}.
 */
final class FiveBits {
  private FiveBits() {}

  /** The {@code i}-th of the first 16. */
  static int low(byte[] block, int at, int i) {
    return (block[at + 4 + i] & 0xF) | (fifth(block, at, i) << 4);
  }

  /** The {@code i}-th of the last 16. */
  static int high(byte[] block, int at, int i) {
    return ((block[at + 4 + i] >> 4) & 0xF) | (fifth(block, at, 16 + i) << 4);
  }

  private static int fifth(byte[] block, int at, int number) {
    return (block[at + number / 8] >> (number % 8)) & 1;
  }
}
