package io.octavo.kernel;

import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import java.util.Arrays;

/**
 * What machine code for products with weights in 16 and 32 bits has to pass before it serves: a few
 * small shapes, compared with the scalar definition, to the bit.
 */
final class FloatProductTrial {
  /** Every tile, alone and beside a smaller one. */
  private static final int[] ROWS = {1, 2, 3, 4, 5, 6, 7, 13};

  private static final int MAX_ROWS = 13;
  private static final int FEW_INPUTS = 5;

  /** A whole panel and a part of one. */
  private static final int OUTPUTS = 66;

  /** A block of inputs and a part of one. */
  private static final int MANY_INPUTS = PanelMatrix.BLOCK + 2;

  /** A single row takes several panels at a time: four, two, one, and a part of one. */
  private static final int ROW_OUTPUTS = 7 * PanelMatrix.WIDTH + 2;

  private FloatProductTrial() {}

  /** What differs first, or nothing. */
  static String difference(MatrixProductKernel kernel) {
    try (NativeMemory memory = new NativeMemory()) {
      for (DType type : new DType[] {DType.F32, DType.F16, DType.BF16}) {
        PanelMatrix weights = weights(type, OUTPUTS, FEW_INPUTS, memory);
        // A row's products do not depend on the other rows.
        float[] expected = products(new ScalarMatrixProduct(), MAX_ROWS, weights);
        for (int rows : ROWS) {
          if (!equal(products(kernel, rows, weights), expected)) {
            return "products of " + rows + " rows with " + type + " differ from the scalar ones";
          }
        }
      }
      for (DType type : new DType[] {DType.F32, DType.F16, DType.BF16}) {
        if (!sameRow(kernel, weights(type, ROW_OUTPUTS, FEW_INPUTS, memory))) {
          return "products of a row and several panels of " + type + " differ from the scalar ones";
        }
      }
      boolean same =
          sameRow(kernel, weights(DType.F16, PanelMatrix.WIDTH, MANY_INPUTS, memory))
              && sameRow(kernel, weights(DType.BF16, 2 * PanelMatrix.WIDTH, MANY_INPUTS, memory));
      return same ? "" : "products of " + MANY_INPUTS + " inputs differ from the scalar ones";
    }
  }

  private static boolean sameRow(MatrixProductKernel kernel, PanelMatrix weights) {
    return equal(products(kernel, 1, weights), products(new ScalarMatrixProduct(), 1, weights));
  }

  private static boolean equal(float[] products, float[] expected) {
    return Arrays.equals(products, Arrays.copyOf(expected, products.length));
  }

  private static PanelMatrix weights(DType type, int outputs, int inputs, NativeMemory memory) {
    PanelMatrix weights = PanelMatrix.allocate(type, outputs, inputs, memory);
    for (int panel = 0; panel < weights.panels(); panel++) {
      float[] values = numbers(inputs * PanelMatrix.WIDTH, 5 + panel);
      for (int i = 0; i < values.length; i++) {
        values[i] = i % PanelMatrix.WIDTH < weights.width(panel) ? values[i] : 0f;
      }
      weights.store(panel, values);
    }
    return weights;
  }

  private static float[] products(MatrixProductKernel kernel, int rows, PanelMatrix weights) {
    float[] y = new float[rows * weights.outputs()];
    kernel.multiply(
        numbers(rows * weights.inputs(), 3),
        0,
        rows,
        weights,
        0,
        weights.panels(),
        numbers(weights.outputs(), 11),
        y,
        0,
        weights.outputs(),
        new KernelScratch());
    return y;
  }

  /** Of both signs, none of them exact. */
  private static float[] numbers(int count, int seed) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (i * seed % 17 - 8) / 7f;
    }
    return numbers;
  }
}
