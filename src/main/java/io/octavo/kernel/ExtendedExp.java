package io.octavo.kernel;

/**
 * {@code exp(x) = mantissa * 2^exponent} with both as floats, so that nothing overflows and no
 * maximum has to be known first (Dukhan and Ablavatski, "The Two-Pass Softmax Algorithm",
 * arXiv:2001.04438; constants of its authors' kernels in XNNPACK, for machines with fused
 * multiply-add).
 *
 * <p>The mantissa lies in [0.7071, 1.4143]. The polynomial and the reduction are within 2.5 half
 * units in the last place of exp. These methods are the written definition; the SIMD kernels write
 * the same operations out in the same order.
 */
public final class ExtendedExp {
  /** log2(e). */
  public static final float LOG2_E = 0x1.715476p+0f;

  /** -ln(2), high part. */
  public static final float MINUS_LN2_HIGH = -0x1.62E43p-1f;

  /** -ln(2), low part. */
  public static final float MINUS_LN2_LOW = 0x1.05C61p-29f;

  /** Coefficient of t; that of 1 is 1. */
  public static final float C1 = 0x1.FFFFF6p-1f;

  /** Coefficient of t^2. */
  public static final float C2 = 0x1.FFFDC6p-2f;

  /** Coefficient of t^3. */
  public static final float C3 = 0x1.555A80p-3f;

  /** Coefficient of t^4. */
  public static final float C4 = 0x1.573A1Ap-5f;

  /** Coefficient of t^5. */
  public static final float C5 = 0x1.0F9F9Cp-7f;

  /** Adding and subtracting it rounds a float below 2^22 in magnitude to nearest even. */
  public static final float ROUND = 0x1.8p23f;

  /** Added to an integer of -127 to 0, leaves it plus 127 in the low bits. */
  public static final float EXPONENT_BIAS = 0x1.8000FEp23f;

  /** The smallest difference of exponents that is told from zero: 2^-127 is taken as 0. */
  public static final float SMALLEST_EXPONENT = -127f;

  /** Below it {@link #decay} is 0, so that nothing denormal arises. */
  public static final float SMALLEST_DECAY = -87f;

  /** What {@link #decay} takes instead: its exponent is {@link #SMALLEST_EXPONENT}. */
  public static final float NO_DECAY = -88f;

  private ExtendedExp() {}

  /**
   * The exponent of exp(x): the integer nearest to {@code x * log2(e)}. The product must stay below
   * 2^22 in magnitude.
   */
  public static float exponent(float x) {
    float product = x * LOG2_E;
    return (product + ROUND) - ROUND;
  }

  /** The mantissa of exp(x), given its exponent. */
  public static float mantissa(float x, float exponent) {
    float t = Math.fma(exponent, MINUS_LN2_HIGH, x);
    t = Math.fma(exponent, MINUS_LN2_LOW, t);
    float p = Math.fma(t, C5, C4);
    p = Math.fma(p, t, C3);
    p = Math.fma(p, t, C2);
    p = Math.fma(p, t, C1);
    return Math.fma(p, t, 1f);
  }

  /** {@code 2^k} for an integer {@code k} of at most 0; 0 for {@code k} of -127 and below. */
  public static float powerOfTwo(float k) {
    float clamped = k < SMALLEST_EXPONENT ? SMALLEST_EXPONENT : k;
    return Float.intBitsToFloat(Float.floatToRawIntBits(clamped + EXPONENT_BIAS) << 23);
  }

  /** {@code exp(x)} for {@code x} of at most 0; 0 below {@link #SMALLEST_DECAY}; NaN for NaN. */
  public static float decay(float x) {
    float clamped = x < SMALLEST_DECAY ? NO_DECAY : x;
    float n = exponent(clamped);
    return mantissa(clamped, n) * powerOfTwo(n);
  }
}
