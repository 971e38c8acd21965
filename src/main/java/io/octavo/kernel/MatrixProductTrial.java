package io.octavo.kernel;

import io.octavo.tensor.NativeMemory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What machine code has to pass before it serves: products of codes of a few small shapes, compared
 * with those of the scalar definition, to the bit.
 */
final class MatrixProductTrial {
  /** Every tile of any path, alone and beside a smaller one. */
  private static final int[] ROWS = {1, 2, 3, 4, 5, 6, 7, 13};

  private static final int MAX_ROWS = 13;

  /** Not a whole number of groups. */
  private static final int INPUTS = 23;

  /** A whole panel and a part of one. */
  private static final int OUTPUTS = 77;

  /** So few rows take several panels at a time. */
  private static final int MOST_FEW_ROWS = 3;

  /** Four panels, two, one, and a part of one. */
  private static final int ROW_OUTPUTS = 7 * PanelMatrix.WIDTH + 13;

  private static final int ROW_INPUTS = 7;

  private MatrixProductTrial() {}

  /** What differs first, or nothing. */
  static String difference(MatrixProductKernel kernel) {
    try (NativeMemory memory = new NativeMemory()) {
      PanelMatrix weights = weights(OUTPUTS, INPUTS, kernel, memory);
      // A row's products do not depend on the other rows.
      int[] expectedSums = sums(new ScalarMatrixProduct(), MAX_ROWS, weights);
      float[][] expected = {
        values(new ScalarMatrixProduct(), MAX_ROWS, weights, null),
        values(new ScalarMatrixProduct(), MAX_ROWS, weights, steps(OUTPUTS))
      };
      for (int rows : ROWS) {
        int[] sums = sums(kernel, rows, weights);
        if (!Arrays.equals(sums, Arrays.copyOf(expectedSums, sums.length))) {
          return "sums of " + rows + " rows differ from the scalar ones";
        }
        float[] values = values(kernel, rows, weights, rows % 2 == 0 ? null : steps(OUTPUTS));
        if (!Arrays.equals(values, Arrays.copyOf(expected[rows % 2], values.length))) {
          return "values of " + rows + " rows differ from the scalar ones";
        }
      }
      PanelMatrix wide = weights(ROW_OUTPUTS, ROW_INPUTS, kernel, memory);
      for (float[] bias : new float[][] {null, steps(ROW_OUTPUTS)}) {
        float[] exact = values(new ScalarMatrixProduct(), MOST_FEW_ROWS, wide, bias);
        for (int rows = 1; rows <= MOST_FEW_ROWS; rows++) {
          float[] values = values(kernel, rows, wide, bias);
          if (!Arrays.equals(values, Arrays.copyOf(exact, values.length))) {
            return "values of " + rows + " rows and several panels differ from the scalar ones";
          }
        }
      }
    }
    return "";
  }

  private static PanelMatrix weights(
      int outputs, int inputs, MatrixProductKernel kernel, NativeMemory memory) {
    PanelMatrix weights = PanelMatrix.allocateCodes(outputs, inputs, kernel.codeLayout(), memory);
    for (int panel = 0; panel < weights.panels(); panel++) {
      byte[] codes = new byte[weights.width(panel) * inputs];
      fill(codes, 7 + panel);
      weights.storeCodes(panel, codes);
    }
    return weights;
  }

  private static int[] sums(MatrixProductKernel kernel, int rows, PanelMatrix weights) {
    int stride = weights.panels() * PanelMatrix.WIDTH;
    int[] y = new int[rows * stride];
    kernel.multiplyCodes(
        rows(rows, weights.inputs()),
        0,
        rows,
        weights,
        0,
        weights.panels(),
        y,
        0,
        stride,
        new KernelScratch());
    return y;
  }

  private static float[] values(
      MatrixProductKernel kernel, int rows, PanelMatrix weights, float @Nullable [] bias) {
    float[] y = new float[rows * weights.outputs()];
    kernel.multiplyDequantized(
        rows(rows, weights.inputs()),
        0,
        rows,
        weights,
        0,
        weights.panels(),
        steps(rows),
        0,
        steps(weights.outputs()),
        bias,
        y,
        0,
        weights.outputs(),
        new KernelScratch());
    return y;
  }

  private static byte[] rows(int rows, int inputs) {
    byte[] codes = new byte[rows * inputs];
    fill(codes, 3);
    return codes;
  }

  private static float[] steps(int count) {
    float[] steps = new float[count];
    for (int i = 0; i < count; i++) {
      steps[i] = 1f / (3 + i);
    }
    return steps;
  }

  /** All bytes there are, in an order of their own. */
  private static void fill(byte[] codes, int seed) {
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) (i * (2 * seed + 1) * 37 + seed);
    }
  }
}
