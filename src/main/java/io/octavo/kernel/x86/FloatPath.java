package io.octavo.kernel.x86;

/** The instruction sets that kernels of floats are written for, the fastest first. */
public enum FloatPath {
  /** 16 floats at once, 32 registers. */
  AVX512("AVX-512", 512),
  /** 8 floats at once with FMA and the conversion of half precision, 16 registers. */
  AVX2("AVX2", 256);

  private final String title;
  private final int bits;

  FloatPath(String title, int bits) {
    this.title = title;
    this.bits = bits;
  }

  /** The name of the instruction set. */
  public String title() {
    return title;
  }

  /** Whether a processor has the instructions. */
  public boolean servedBy(CpuFeatures features) {
    return switch (this) {
      case AVX512 -> features.avx512();
      case AVX2 -> features.avx2() && features.halves();
    };
  }

  /** Bits of a vector. */
  int bits() {
    return bits;
  }

  /** Floats in a vector. */
  int lanes() {
    return bits / Float.SIZE;
  }

  /** Vector registers. */
  int registers() {
    return this == AVX512 ? 32 : 16;
  }
}
