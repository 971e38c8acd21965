package io.octavo.quantize;

/**
 * Zeropoint quantization with the paper's 254 levels: {@code scale = 254 / (max - min)}, {@code
 * offset = rint(scale * min) + 127}, {@code code = rint(scale * x) - offset}, {@code x ~ (code +
 * offset) / scale}. (The paper prints the offset as {@code rint(X * min)}; the dimensions require
 * the scale.) A constant row {@code c} has {@code scale = 127 / |c|} and offset 0, which recovers
 * it exactly; a zero row has scale, offset and codes 0.
 *
 * @param scale codes per unit
 * @param offset the integer added back to a code
 */
public record Zeropoint(double scale, long offset) {
  private static final int LEVELS = 254;
  private static final int FORMER_LEVELS = 255;
  private static final int HALF_LEVELS = 127;

  /** The constants for values in {@code [min, max]}; NaN if one of them is NaN or infinite. */
  public static Zeropoint of(double min, double max) {
    if (!Double.isFinite(max - min)) {
      return new Zeropoint(Double.NaN, 0);
    }
    if (min == max) {
      return new Zeropoint(min == 0 ? 0 : HALF_LEVELS / Math.abs(min), 0);
    }
    double scale = LEVELS / (max - min);
    return new Zeropoint(scale, (long) Math.rint(scale * min) + HALF_LEVELS);
  }

  /**
   * The former variant of the reference library: {@code 255 / (max - min)} and no offset taken off,
   * so that its integers are {@code rint(scale * x)} and may leave the range of a byte.
   */
  public static Zeropoint former(double min, double max) {
    return new Zeropoint(min == max ? 0 : FORMER_LEVELS / (max - min), 0);
  }

  /** The code of a value in the range the constants were made for, in [-127, 127]. */
  public byte code(double x) {
    long code = (long) Math.rint(scale * x) - offset;
    return (byte) Math.clamp(code, -HALF_LEVELS, HALF_LEVELS);
  }

  /** The integer of {@code x} with its offset, {@code rint(scale * x)}. */
  public long integer(double x) {
    return (long) Math.rint(scale * x);
  }

  /** The value of one step, 0 for a zero row. */
  public double step() {
    return scale == 0 ? 0 : 1 / scale;
  }
}
