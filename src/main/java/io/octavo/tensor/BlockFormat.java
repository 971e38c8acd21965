package io.octavo.tensor;

/**
 * How GGUF files store numbers in blocks: some small integers and the constants that make numbers
 * of them. What a block holds is defined by ggml's {@code dequantize_row_*} functions; each format
 * has a class of its own, which reads it to the bit.
 */
public enum BlockFormat {
  /** 32 numbers of 4 bits, a scale. */
  Q4_0(32, 18),
  /** 32 numbers of 4 bits, a scale and a minimum. */
  Q4_1(32, 20),
  /** 32 numbers of 5 bits, a scale. */
  Q5_0(32, 22),
  /** 32 numbers of 5 bits, a scale and a minimum. */
  Q5_1(32, 24),
  /** 32 numbers of 8 bits, a scale. */
  Q8_0(32, 34),
  /** 256 numbers of 4 bits; scales and minima of 6 bits for each 32. */
  Q4_K(256, 144),
  /** 256 numbers of 5 bits; scales and minima of 6 bits for each 32. */
  Q5_K(256, 176),
  /** 256 numbers of 6 bits; scales of 8 bits for each 16. */
  Q6_K(256, 210);

  private final int numbers;
  private final int bytes;

  BlockFormat(int numbers, int bytes) {
    this.numbers = numbers;
    this.bytes = bytes;
  }

  /** Numbers of a block. */
  public int numbers() {
    return numbers;
  }

  /** Bytes of a block. */
  public int bytes() {
    return bytes;
  }

  /**
   * Reads a block of {@link #bytes()} bytes from {@code block[at ...]} to {@code target[offset
   * ...]}, {@link #numbers()} numbers.
   */
  public void decode(byte[] block, int at, float[] target, int offset) {
    switch (this) {
      case Q4_0 -> Q40Block.decode(block, at, target, offset);
      case Q4_1 -> Q41Block.decode(block, at, target, offset);
      case Q5_0 -> Q50Block.decode(block, at, target, offset);
      case Q5_1 -> Q51Block.decode(block, at, target, offset);
      case Q8_0 -> Q80Block.decode(block, at, target, offset);
      case Q4_K -> Q4KBlock.decode(block, at, target, offset);
      case Q5_K -> Q5KBlock.decode(block, at, target, offset);
      case Q6_K -> Q6KBlock.decode(block, at, target, offset);
    }
  }
}
