package io.octavo.kernel;

/**
 * The tail of the normal distribution, {@code Phi(-a)} for {@code a} of at least 0, as {@code
 * exp(-a^2 / 2)} times a rational function of {@code a}. The tail itself, not {@code 1 - erf}, is
 * what GELU needs: then nothing cancels far out.
 *
 * <p>The rational function was fitted to {@code Phi(-a) * exp(a^2 / 2)} over [0, 14] by iteratively
 * reweighted least squares on the relative error; all its coefficients are positive. It is off by
 * 5.5e-9 in exact arithmetic, by 3.4e-7 (relative) in float32.
 */
public final class NormalTail {
  /** Numerator, coefficient of 1. */
  public static final float P0 = 0x1p-1f;

  /** Numerator, coefficient of a. */
  public static final float P1 = 0x1.bfbee4p-2f;

  /** Numerator, coefficient of a^2. */
  public static final float P2 = 0x1.75aed8p-3f;

  /** Numerator, coefficient of a^3. */
  public static final float P3 = 0x1.4abbccp-5f;

  /** Numerator, coefficient of a^4. */
  public static final float P4 = 0x1.0b3b78p-8f;

  /** Denominator, coefficient of a; that of 1 is 1. */
  public static final float Q1 = 0x1.ac21a2p+0f;

  /** Denominator, coefficient of a^2. */
  public static final float Q2 = 0x1.3304dep+0f;

  /** Denominator, coefficient of a^3. */
  public static final float Q3 = 0x1.dea62p-2f;

  /** Denominator, coefficient of a^4. */
  public static final float Q4 = 0x1.9e8a7cp-4f;

  /** Denominator, coefficient of a^5. */
  public static final float Q5 = 0x1.4eebfcp-7f;

  /** Beyond it the tail is below 2^-125 and counts as 0. */
  public static final float LARGEST = 12.9f;

  /** What larger arguments count as: {@link ExtendedExp#decay} of minus half its square is 0. */
  public static final float BEYOND = 14f;

  private NormalTail() {}

  /** {@code Phi(-a)} for {@code a} from 0 to {@link #LARGEST}; 0 for {@link #BEYOND}. */
  public static float of(float a) {
    float p = Math.fma(a, P4, P3);
    p = Math.fma(p, a, P2);
    p = Math.fma(p, a, P1);
    p = Math.fma(p, a, P0);
    float q = Math.fma(a, Q5, Q4);
    q = Math.fma(q, a, Q3);
    q = Math.fma(q, a, Q2);
    q = Math.fma(q, a, Q1);
    q = Math.fma(q, a, 1f);
    return ExtendedExp.decay(a * a * -0.5f) * (p / q);
  }
}
