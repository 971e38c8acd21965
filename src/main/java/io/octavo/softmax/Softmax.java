package io.octavo.softmax;

import io.octavo.kernel.ExtendedSum;
import io.octavo.kernel.Kernels;
import io.octavo.kernel.SoftmaxKernel;
import java.util.Objects;

/**
 * Softmax of a row of float32, {@code y[i] = exp(x[i]) / sum exp(x[j])}, in two passes or three
 * (Dukhan and Ablavatski, "The Two-Pass Softmax Algorithm", arXiv:2001.04438), and its logarithm's
 * normalizer.
 *
 * <p>The algorithms agree within rounding (about 1e-6 of the largest result), not to the bit. Each
 * one gives the same bits on every machine, with or without SIMD. All finite inputs are served.
 * Minus infinity is a mask: weight 0, and a row of nothing else gives zeros. NaN or plus infinity
 * anywhere gives a row of NaN. An empty row writes nothing. Results below about 2^-124 are 0.
 *
 * <p>The methods with offsets read {@code x[xOffset ... xOffset + length - 1]}, write {@code
 * y[yOffset ...]} and throw {@link IndexOutOfBoundsException} where that is outside of the arrays.
 * Both may be the same range; otherwise they must not overlap.
 */
public final class Softmax {
  /**
   * Rows of at least so many elements (16 MB) are beyond the caches, where two passes take the time
   * of three or less; {@link #auto(float[])} turns there.
   */
  public static final int TWO_PASS_LENGTH = 1 << 22;

  /** An exponent up to which {@link ExtendedSum} is precise. */
  private static final float PRECISE_EXPONENT = 180_000f;

  private Softmax() {}

  /** The two-pass algorithm in place; see {@link #twoPass(float[], int, int, float[], int)}. */
  public static void twoPass(float[] row) {
    Kernels.softmax().twoPass(row, 0, row.length, row, 0);
  }

  /**
   * The two-pass algorithm: the sum as (mantissa, exponent), then the scaled exponentials. It reads
   * twice and writes once, the least memory traffic, and computes each exponential twice.
   */
  public static void twoPass(float[] x, int xOffset, int length, float[] y, int yOffset) {
    kernel(x, xOffset, length, y, yOffset).twoPass(x, xOffset, length, y, yOffset);
  }

  /** As {@link #threePassRecompute(float[], int, int, float[], int)}, in place. */
  public static void threePassRecompute(float[] row) {
    Kernels.softmax().threePassRecompute(row, 0, row.length, row, 0);
  }

  /** Maximum; sum of exponentials; exponentials again, scaled. Reads thrice, writes once. */
  public static void threePassRecompute(
      float[] x, int xOffset, int length, float[] y, int yOffset) {
    kernel(x, xOffset, length, y, yOffset).threePassRecompute(x, xOffset, length, y, yOffset);
  }

  /** As {@link #threePassReload(float[], int, int, float[], int)}, in place. */
  public static void threePassReload(float[] row) {
    Kernels.softmax().threePassReload(row, 0, row.length, row, 0);
  }

  /**
   * Maximum; exponentials, stored, and their sum; results. Reads thrice, writes twice, computes
   * each exponential once: the fastest within the caches.
   */
  public static void threePassReload(float[] x, int xOffset, int length, float[] y, int yOffset) {
    kernel(x, xOffset, length, y, yOffset).threePassReload(x, xOffset, length, y, yOffset);
  }

  /** As {@link #auto(float[], int, int, float[], int)}, in place. */
  public static void auto(float[] row) {
    auto(row, 0, row.length, row, 0);
  }

  /**
   * Three passes with reload for rows below {@link #TWO_PASS_LENGTH}, two from there on. The choice
   * depends on the length alone.
   */
  public static void auto(float[] x, int xOffset, int length, float[] y, int yOffset) {
    if (length < TWO_PASS_LENGTH) {
      threePassReload(x, xOffset, length, y, yOffset);
    } else {
      twoPass(x, xOffset, length, y, yOffset);
    }
  }

  /** {@code log(sum exp(row[i]))}; see {@link #logSumExp(float[], int, int)}. */
  public static double logSumExp(float[] row) {
    return logSumExp(row, 0, row.length);
  }

  /**
   * {@code log(sum exp(x[i]))} over {@code length} elements from {@code offset}: minus infinity for
   * an empty or fully masked row, NaN where an element is NaN or plus infinity.
   */
  public static double logSumExp(float[] x, int offset, int length) {
    ExtendedSum sum = ExtendedSum.of(x, offset, length);
    if (sum.isEmpty() || !(Math.abs(sum.exponent()) > PRECISE_EXPONENT)) {
      return sum.logarithm();
    }
    float maximum = Float.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + length; i++) {
      maximum = Math.max(maximum, x[i]);
    }
    float[] shifted = new float[length];
    for (int i = 0; i < length; i++) {
      shifted[i] = x[offset + i] - maximum;
    }
    return maximum + ExtendedSum.of(shifted, 0, length).logarithm();
  }

  private static SoftmaxKernel kernel(float[] x, int xOffset, int length, float[] y, int yOffset) {
    Objects.checkFromIndexSize(xOffset, length, x.length);
    Objects.checkFromIndexSize(yOffset, length, y.length);
    return Kernels.softmax();
  }
}
