package io.octavo.quantize;

/**
 * Absmax quantization: {@code code = rint(x * (127 / absmax))} in float32, ties to even; {@code x ~
 * code * absmax / 127}. Codes lie in [-127, 127]. A zero row, or one so small that {@code 127 /
 * absmax} overflows (below 3.8e-37), has codes 0 and the constant 0.
 */
public final class Absmax {
  private static final float LEVELS = 127f;

  private Absmax() {}

  /** The factor from values to codes: {@code 127 / absmax}, 0 for a zero row, NaN for NaN. */
  public static float scale(float absmax) {
    if (Float.isNaN(absmax) || absmax == Float.POSITIVE_INFINITY) {
      return Float.NaN;
    }
    float scale = LEVELS / absmax;
    return Float.isInfinite(scale) ? 0f : scale;
  }

  /**
   * The factor from codes to values: {@code absmax / 127}, 0 for a zero row; NaN where the row
   * holds NaN or an infinity that was not taken out, which makes the whole row NaN.
   */
  public static float step(float absmax) {
    float scale = scale(absmax);
    return scale > 0f ? absmax / LEVELS : scale;
  }
}
