package io.octavo.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What machine code for normalization has to pass before it serves: some short rows with rests,
 * with numbers that are none, compared with the scalar definition, to the bit.
 */
final class NormalizationTrial {
  private static final int[] WIDTHS = {1, 15, 16, 37};
  private static final int WIDEST = 37;
  private static final int ROWS = 3;
  private static final double EPSILON = 1e-6;

  private NormalizationTrial() {}

  /** What differs first, or nothing. */
  static String difference(NormalizationKernel kernel) {
    NormalizationKernel scalar = new ScalarNormalization();
    float[] x = new float[ROWS * WIDEST];
    float[] weights = new float[WIDEST];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i * 7 % 17 - 8) * (i % 5 == 0 ? 20f : 0.3f) + 3f;
      weights[i % WIDEST] = (i * 5 % 13 - 6) * 0.25f;
    }
    for (int width : WIDTHS) {
      if (differs(kernel, scalar, x, width, weights)) {
        return "rows of " + width + " differ from the scalar ones";
      }
    }
    for (float special : new float[] {Float.NEGATIVE_INFINITY, Float.NaN, -0f}) {
      x[WIDEST + 3] = special;
      x[x.length - 1] = special;
      if (differs(kernel, scalar, x, WIDEST, weights)) {
        return "rows with " + special + " differ from the scalar ones";
      }
    }
    return "";
  }

  private static boolean differs(
      NormalizationKernel kernel,
      NormalizationKernel other,
      float[] x,
      int width,
      float[] weights) {
    float[] gamma = Arrays.copyOf(weights, width);
    float[] beta = Arrays.copyOfRange(x, 0, width);
    return !Arrays.equals(
            results(kernel, x, width, null, null), results(other, x, width, null, null))
        || !Arrays.equals(
            results(kernel, x, width, gamma, null), results(other, x, width, gamma, null))
        || !Arrays.equals(
            results(kernel, x, width, null, beta), results(other, x, width, null, beta))
        || !Arrays.equals(
            results(kernel, x, width, gamma, beta), results(other, x, width, gamma, beta))
        || !Arrays.equals(sums(kernel, x, width), sums(other, x, width));
  }

  /** Of every norm, one behind the other. */
  private static float[] results(
      NormalizationKernel kernel,
      float[] x,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta) {
    int size = ROWS * width;
    float[] y = new float[8 * size];
    kernel.layerNorm(x, 0, ROWS, width, gamma, beta, EPSILON, y, 0);
    kernel.rmsNorm(x, 0, ROWS, width, gamma, beta, EPSILON, y, size);
    kernel.scale(x, 0, ROWS, width, 0.3f, gamma, beta, y, 2 * size);
    kernel.compressedRmsNorm(x, 0, ROWS, width, EPSILON, y, 3 * size);
    kernel.rmsNormEpsilonOutside(x, 0, ROWS, width, gamma, beta, EPSILON, y, 4 * size);
    kernel.rmsNormRounded(x, 0, ROWS, width, gamma, beta, EPSILON, y, 6 * size);
    kernel.rmsNormRoundedTwice(x, 0, ROWS, width, gamma, beta, EPSILON, y, 7 * size);
    float[] all = gamma == null ? null : Arrays.copyOf(x, size);
    kernel.groupedRmsNorm(x, 0, 1, ROWS, width, all, all, EPSILON, y, 5 * size);
    return y;
  }

  private static double[] sums(NormalizationKernel kernel, float[] x, int width) {
    return new double[] {
      kernel.sum(x, 0, width), kernel.sumOfSquares(x, 0, width), kernel.sumOfSquares(x, 0, width, 3)
    };
  }
}
