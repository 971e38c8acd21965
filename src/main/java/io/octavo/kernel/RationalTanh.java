package io.octavo.kernel;

/**
 * The hyperbolic tangent as {@code x * P(x^2) / Q(x^2)} up to {@link #LARGEST}, from where on it is
 * 1 in float32.
 *
 * <p>Fitted to {@code tanh(x) / x} by iteratively reweighted least squares on the relative error:
 * off by 2.3e-8 in exact arithmetic, by 3.3e-7 (relative, for any {@code x}) in float32.
 */
public final class RationalTanh {
  /** Numerator, coefficient of x^2; that of 1 is 1. */
  public static final float P1 = 0x1.11e8c4p-3f;

  /** Numerator, coefficient of x^4. */
  public static final float P2 = 0x1.c9277ep-9f;

  /** Numerator, coefficient of x^6. */
  public static final float P3 = 0x1.579df8p-16f;

  /** Numerator, coefficient of x^8. */
  public static final float P4 = 0x1.c4c694p-27f;

  /** Denominator, coefficient of x^2; that of 1 is 1. */
  public static final float Q1 = 0x1.de49aap-2f;

  /** Denominator, coefficient of x^4. */
  public static final float Q2 = 0x1.a77bcap-6f;

  /** Denominator, coefficient of x^6. */
  public static final float Q3 = 0x1.5730bep-12f;

  /** Denominator, coefficient of x^8. */
  public static final float Q4 = 0x1.9d9b82p-21f;

  /** Larger magnitudes count as this one; its tangent is 1. */
  public static final float LARGEST = 9f;

  private RationalTanh() {}

  /** {@code tanh(x)}, of the sign of {@code x} and at most 1 in magnitude; NaN for NaN. */
  public static float of(float x) {
    float a = Math.abs(x);
    a = a > LARGEST ? LARGEST : a;
    float t = a * a;
    float p = Math.fma(t, P4, P3);
    p = Math.fma(p, t, P2);
    p = Math.fma(p, t, P1);
    p = Math.fma(p, t, 1f);
    float q = Math.fma(t, Q4, Q3);
    q = Math.fma(q, t, Q2);
    q = Math.fma(q, t, Q1);
    q = Math.fma(q, t, 1f);
    float tangent = a * p / q;
    return Math.copySign(tangent > 1f ? 1f : tangent, x);
  }
}
