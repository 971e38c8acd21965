package io.octavo.kernel;

import java.util.Arrays;

/**
 * What machine code for the quantization sweeps has to pass before it serves: short rows with
 * rests, compared with the scalar definition, to the bit.
 */
final class QuantizationTrial {
  private static final int[] LENGTHS = {1, 15, 16, 37};
  private static final int LONGEST = 37;

  private QuantizationTrial() {}

  /** What differs first, or nothing. */
  static String difference(QuantizationKernel kernel) {
    QuantizationKernel scalar = new ScalarQuantization();
    float[] row = new float[LONGEST];
    for (int i = 0; i < LONGEST; i++) {
      row[i] = (i * 7 % 17 - 8) / 3f;
    }
    for (int length : LENGTHS) {
      for (float threshold : new float[] {2f, 100f, Float.NaN}) {
        if (!outliers(kernel, row, length, threshold)
            .equals(outliers(scalar, row, length, threshold))) {
          return "the scan of " + length + " elements differs from the scalar one";
        }
        if (!Arrays.equals(
            codes(kernel, row, length, threshold), codes(scalar, row, length, threshold))) {
          return "codes of " + length + " elements differ from the scalar ones";
        }
      }
    }
    return "";
  }

  private static String outliers(
      QuantizationKernel kernel, float[] row, int length, float threshold) {
    int[] columns = new int[length];
    float[] absmax = new float[1];
    int found = kernel.scan(row, 0, length, threshold, columns, absmax, 0);
    return absmax[0] + Arrays.toString(Arrays.copyOf(columns, found));
  }

  private static byte[] codes(QuantizationKernel kernel, float[] row, int length, float threshold) {
    byte[] codes = new byte[length];
    kernel.quantize(row, 0, length, 45.5f, threshold, codes, 0);
    return codes;
  }
}
