package io.octavo.tensor;

/** Conversions of bfloat16: the upper 16 bits of a binary32. */
public final class BFloat16 {
  private BFloat16() {}

  /** The exact value of {@code bits}. */
  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** {@code value} rounded to nearest, ties to even; NaN stays NaN. */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }
}
