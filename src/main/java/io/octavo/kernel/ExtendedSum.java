package io.octavo.kernel;

import java.util.Objects;

/**
 * A sum of exponentials {@code mantissa * 2^exponent} that cannot overflow and needs no maximum
 * (Dukhan and Ablavatski, "The Two-Pass Softmax Algorithm", arXiv:2001.04438). Sums of parts
 * (lanes, blocks, threads) merge by {@link #add(ExtendedSum)}, which is commutative, and
 * associative up to rounding: all rescaling is by powers of two.
 *
 * <p>The exponent is that of the largest term, the mantissa lies between 0.7 and 1.42 times the
 * number of terms. Both are NaN once a term was NaN or plus infinity. Terms beyond 1e5 in magnitude
 * are possible; their exponent is exact to 2^24 and then the nearest float.
 *
 * @param mantissa 0 for the sum of nothing
 * @param exponent an integer; minus infinity for the sum of nothing
 */
public record ExtendedSum(float mantissa, float exponent) {
  /** The sum of nothing, and of minus infinity. */
  public static final ExtendedSum EMPTY = new ExtendedSum(0f, Float.NEGATIVE_INFINITY);

  /** {@code exp(x)}. */
  public static ExtendedSum of(float x) {
    if (Math.abs(x) <= 1e5f) {
      float exponent = ExtendedExp.exponent(x);
      return new ExtendedSum(ExtendedExp.mantissa(x, exponent), exponent);
    }
    return of(new float[] {x}, 0, 1);
  }

  /**
   * The sum of {@code exp(x[i])} over {@code length} elements from {@code offset}, in the order of
   * {@link SoftmaxKernel}.
   *
   * @throws IndexOutOfBoundsException if the range is not within the array
   */
  public static ExtendedSum of(float[] x, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, x.length);
    float[] sum = new float[2];
    Kernels.softmax().extendedSum(x, offset, length, sum);
    return new ExtendedSum(sum[0], sum[1]);
  }

  /** This sum and {@code exp(x)}. */
  public ExtendedSum add(float x) {
    return add(of(x));
  }

  /** Both sums together. */
  public ExtendedSum add(ExtendedSum other) {
    if (isEmpty()) {
      return other;
    }
    if (other.isEmpty()) {
      return this;
    }
    float larger = Math.max(exponent, other.exponent);
    return new ExtendedSum(
        mantissa * scaleTo(larger) + other.mantissa * other.scaleTo(larger), larger);
  }

  /**
   * {@code 2^(exponent - target)}: what everything that was accumulated at this sum's exponent (in
   * blockwise attention, the weighted values) is multiplied with to belong to an exponent of {@code
   * target}. 0 below 2^-126, and for the sum of nothing.
   *
   * @param target an exponent that is not below this sum's own
   * @throws IllegalArgumentException if it is
   */
  public float scaleTo(float target) {
    if (target < exponent) {
      throw new IllegalArgumentException(
          "A sum of exponent " + exponent + " cannot be scaled to the smaller one " + target);
    }
    if (isEmpty()) {
      return 0f;
    }
    return Float.isNaN(exponent - target) ? Float.NaN : ExtendedExp.powerOfTwo(exponent - target);
  }

  /**
   * {@code log} of the sum in double, minus infinity for the sum of nothing. Where the exponent is
   * not exact any more {@code Softmax.logSumExp} is more precise.
   */
  public double logarithm() {
    return isEmpty() ? Double.NEGATIVE_INFINITY : Math.log(mantissa) + exponent * Math.log(2);
  }

  /** Whether this is the sum of nothing. */
  public boolean isEmpty() {
    return mantissa == 0f;
  }
}
