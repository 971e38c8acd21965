package io.octavo.kernel;

import java.util.Arrays;

/**
 * The three algorithms of {@link SoftmaxKernel} over primitives that work on at most {@link #BLOCK}
 * elements (the sums) or on the whole row. Blocks bound the error of a sum: 16 float lanes over 16
 * million elements are off by 1e-4.
 */
public abstract class BlockedSoftmax implements SoftmaxKernel {
  /** Elements whose exponentials are summed in float. */
  public static final int BLOCK = 4096;

  /**
   * Smaller elements count as this one. It keeps minus infinity and mask constants out of the
   * arithmetic, and weighs 0 beside any sum within {@link #EXPONENT_LIMIT}.
   */
  public static final float LOWEST = -0x1p17f;

  /** The exponent of a lane that has no element yet; below that of {@link #LOWEST}. */
  public static final float NO_EXPONENT = -0x1p20f;

  /** Differences of exponents below it give 0, since their product could be denormal. */
  public static final float SMALLEST_RESULT_EXPONENT = -124f;

  /** Sums of a larger exponent are computed relative to the maximum. */
  private static final float EXPONENT_LIMIT = 180_000f;

  private static final double LOG2_E = 1 / Math.log(2);

  /** For the implementations. */
  protected BlockedSoftmax() {}

  /**
   * The sum of {@code count} exponentials as {@link #pair}; the exponent is the largest of the
   * elements, or {@link #NO_EXPONENT}.
   */
  protected abstract long sumExtended(float[] x, int offset, int count);

  /** The largest of {@code count} elements; NaN is passed over; minus infinity for none. */
  protected abstract float maximum(float[] x, int offset, int count);

  /** The sum of {@code exp(x[i] - shift)}, no element above {@code shift}. */
  protected abstract float sumExponentials(float[] x, int offset, int count, float shift);

  /** As {@link #sumExponentials}, which also stores the exponentials. */
  protected abstract float storeExponentials(
      float[] x, int xOffset, int count, float shift, float[] y, int yOffset);

  /**
   * {@code y[i] = (mantissa * factor) * 2^(n - exponent)}, where {@code exp(x[i] - shift) =
   * mantissa * 2^n}; 0 where the difference is below {@link #SMALLEST_RESULT_EXPONENT}.
   */
  protected abstract void scaleExponentials(
      float[] x,
      int xOffset,
      int length,
      float shift,
      float factor,
      float exponent,
      float[] y,
      int yOffset);

  /** {@code y[i] *= factor}, and 0 for elements below {@code smallest}. */
  protected abstract void scale(float[] y, int offset, int length, float smallest, float factor);

  @Override
  public final void twoPass(float[] x, int xOffset, int length, float[] y, int yOffset) {
    long sum = sumRow(x, xOffset, length);
    if (isPrecise(sum)) {
      scaleRow(x, xOffset, length, 0f, mantissa(sum), exponent(sum), y, yOffset);
    } else {
      threePassRecompute(x, xOffset, length, y, yOffset);
    }
  }

  @Override
  public final void threePassRecompute(float[] x, int xOffset, int length, float[] y, int yOffset) {
    float maximum = maximum(x, xOffset, length);
    if (maximum == Float.NEGATIVE_INFINITY) {
      Arrays.fill(y, yOffset, yOffset + length, weightOfMasked(x, xOffset, length));
      return;
    }
    double sum = sumRow(x, xOffset, length, maximum);
    if (Double.isNaN(sum)) {
      Arrays.fill(y, yOffset, yOffset + length, Float.NaN);
    } else {
      scaleRow(x, xOffset, length, maximum, sum, 0f, y, yOffset);
    }
  }

  @Override
  public final void threePassReload(float[] x, int xOffset, int length, float[] y, int yOffset) {
    float maximum = maximum(x, xOffset, length);
    if (maximum == Float.NEGATIVE_INFINITY) {
      Arrays.fill(y, yOffset, yOffset + length, weightOfMasked(x, xOffset, length));
      return;
    }
    double sum = 0;
    for (int i = 0; i < length; i += BLOCK) {
      int count = Math.min(BLOCK, length - i);
      sum += storeExponentials(x, xOffset + i, count, maximum, y, yOffset + i);
    }
    if (Double.isNaN(sum)) {
      Arrays.fill(y, yOffset, yOffset + length, Float.NaN);
    } else {
      scale(y, yOffset, length, (float) (sum * Float.MIN_NORMAL), (float) (1 / sum));
    }
  }

  @Override
  public final void extendedSum(float[] x, int xOffset, int length, float[] sum) {
    long pair = sumRow(x, xOffset, length);
    if (!isPrecise(pair)) {
      pair = sumRelativeToMaximum(x, xOffset, length);
    }
    sum[0] = mantissa(pair);
    sum[1] = exponent(pair);
  }

  /** Mantissa and exponent in one value, so that a sum needs no object. */
  protected static long pair(float mantissa, float exponent) {
    return (long) Float.floatToRawIntBits(exponent) << 32
        | Integer.toUnsignedLong(Float.floatToRawIntBits(mantissa));
  }

  private static float mantissa(long pair) {
    return Float.intBitsToFloat((int) pair);
  }

  private static float exponent(long pair) {
    return Float.intBitsToFloat((int) (pair >>> 32));
  }

  /** False too for a row that is empty, masked, or has NaN or plus infinity. */
  private static boolean isPrecise(long sum) {
    return Math.abs(exponent(sum)) <= EXPONENT_LIMIT && !Float.isNaN(mantissa(sum));
  }

  private long sumRow(float[] x, int offset, int length) {
    if (length <= BLOCK) {
      return sumExtended(x, offset, length);
    }
    double mantissa = 0;
    float exponent = NO_EXPONENT;
    for (int i = 0; i < length; i += BLOCK) {
      long block = sumExtended(x, offset + i, Math.min(BLOCK, length - i));
      float larger = Math.max(exponent, exponent(block));
      mantissa =
          mantissa * ExtendedExp.powerOfTwo(exponent - larger)
              + (double) mantissa(block) * ExtendedExp.powerOfTwo(exponent(block) - larger);
      exponent = larger;
    }
    return pair((float) mantissa, exponent);
  }

  private double sumRow(float[] x, int offset, int length, float shift) {
    double sum = 0;
    for (int i = 0; i < length; i += BLOCK) {
      sum += sumExponentials(x, offset + i, Math.min(BLOCK, length - i), shift);
    }
    return sum;
  }

  /** The exponent of the sum goes to the results' exponent: then no product is denormal. */
  private void scaleRow(
      float[] x,
      int xOffset,
      int length,
      float shift,
      double sum,
      float exponent,
      float[] y,
      int yOffset) {
    int binade = Math.getExponent(sum);
    float factor = (float) (1 / Math.scalb(sum, -binade));
    scaleExponentials(x, xOffset, length, shift, factor, exponent + binade, y, yOffset);
  }

  private long sumRelativeToMaximum(float[] x, int offset, int length) {
    float maximum = maximum(x, offset, length);
    if (maximum == Float.NEGATIVE_INFINITY) {
      boolean masked = weightOfMasked(x, offset, length) == 0f;
      return masked ? pair(0f, Float.NEGATIVE_INFINITY) : pair(Float.NaN, Float.NaN);
    }
    double sum = sumRow(x, offset, length, maximum);
    if (Double.isNaN(sum)) {
      return pair(Float.NaN, Float.NaN);
    }
    double power = maximum * LOG2_E;
    double exponent = Math.rint(power);
    double mantissa = sum * Math.pow(2, power - exponent);
    return pair((float) mantissa, (float) Math.clamp(exponent, -Float.MAX_VALUE, Float.MAX_VALUE));
  }

  /** 0 if every element is minus infinity, NaN if one is not a number. */
  private static float weightOfMasked(float[] x, int offset, int length) {
    for (int i = 0; i < length; i++) {
      if (Float.isNaN(x[offset + i])) {
        return Float.NaN;
      }
    }
    return 0f;
  }
}
