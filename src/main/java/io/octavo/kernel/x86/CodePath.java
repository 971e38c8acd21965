package io.octavo.kernel.x86;

import io.octavo.kernel.CodeLayout;

/** The ways in which machine code multiplies codes, the fastest first. */
public enum CodePath {
  /** Four products of bytes an int, 16 ints at once. */
  AVX512_VNNI("AVX-512 VNNI", 512, CodeLayout.QUADS, 6, 16_000_000, 16_384),
  /** Four products of bytes an int, 8 ints at once. */
  AVX_VNNI("AVX-VNNI", 256, CodeLayout.QUADS, 6, 4_000_000, 8_192),
  /**
   * Bytes widened to 16 bits, two products an int, 8 ints at once: exact, unlike the instruction
   * that multiplies bytes and saturates in 16 bits.
   */
  AVX2("AVX2", 256, CodeLayout.PAIRS, 4, 4_000_000, 8_192);

  private final String title;
  private final int bits;
  private final CodeLayout layout;
  private final int maxRows;
  private final long callMacs;
  private final int callInputs;

  CodePath(String title, int bits, CodeLayout layout, int maxRows, long callMacs, int callInputs) {
    this.title = title;
    this.bits = bits;
    this.layout = layout;
    this.maxRows = maxRows;
    this.callMacs = callMacs;
    this.callInputs = callInputs;
  }

  /** The name of the instruction set. */
  public String title() {
    return title;
  }

  /** The layout of the weights it reads. */
  public CodeLayout layout() {
    return layout;
  }

  /** Whether a processor has the instructions. */
  public boolean servedBy(CpuFeatures features) {
    return switch (this) {
      case AVX512_VNNI -> features.avx512Vnni();
      case AVX_VNNI -> features.avxVnni();
      case AVX2 -> features.avx2();
    };
  }

  /** Bits of a vector. */
  int bits() {
    return bits;
  }

  /** Rows of the largest tile whose sums fit into the registers. */
  int maxRows() {
    return maxRows;
  }

  /**
   * Multiply-accumulates of a call: some 40 microseconds' worth on the processors that have the
   * instructions, and more than 100 on slow ones; less would leave its mark on the rate.
   */
  long callMacs() {
    return callMacs;
  }

  /** Inputs that are summed in one call. */
  int callInputs() {
    return callInputs;
  }
}
