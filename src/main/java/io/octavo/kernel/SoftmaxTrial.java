package io.octavo.kernel;

import java.util.Arrays;

/**
 * What machine code for softmax has to pass before it serves: short rows with rests, with masked
 * elements and numbers that are none, compared with the scalar definition, to the bit.
 */
final class SoftmaxTrial {
  private static final int[] LENGTHS = {1, 15, 16, 37};
  private static final int LONGEST = 37;

  private SoftmaxTrial() {}

  /** What differs first, or nothing. */
  static String difference(SoftmaxKernel kernel) {
    float[] row = new float[LONGEST];
    for (int i = 0; i < LONGEST; i++) {
      row[i] = (i * 7 % 17 - 8) * (i % 5 == 0 ? 20f : 0.3f);
    }
    for (int length : LENGTHS) {
      if (!Arrays.equals(results(kernel, row, length), results(new ScalarSoftmax(), row, length))) {
        return "rows of " + length + " differ from the scalar ones";
      }
    }
    for (float special : new float[] {Float.NEGATIVE_INFINITY, Float.NaN, -0f}) {
      row[3] = special;
      row[LONGEST - 1] = special;
      if (!Arrays.equals(
          results(kernel, row, LONGEST), results(new ScalarSoftmax(), row, LONGEST))) {
        return "rows with " + special + " differ from the scalar ones";
      }
    }
    return "";
  }

  /** Of all algorithms, one behind the other. */
  private static float[] results(SoftmaxKernel kernel, float[] row, int length) {
    float[] y = new float[3 * length];
    kernel.twoPass(row, 0, length, y, 0);
    kernel.threePassRecompute(row, 0, length, y, length);
    kernel.threePassReload(row, 0, length, y, 2 * length);
    return y;
  }
}
