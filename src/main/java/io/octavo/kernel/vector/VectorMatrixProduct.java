package io.octavo.kernel.vector;

import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * The matrix products by widening a block of a panel to floats that stay in the cache, and the
 * register tile of {@link FmaTile} over all rows.
 */
public final class VectorMatrixProduct implements MatrixProductKernel {
  private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
  private static final VectorSpecies<Integer> I = VectorWidth.INTS;
  private static final int L = F.length();
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int BLOCK = PanelMatrix.BLOCK;

  /** Up to so many rows, widening a block for all costs more than converting it for each. */
  private static final int MAX_DIRECT_ROWS = RowProduct.serves() ? 3 : 0;

  /** Creates the kernel; it has no state. */
  public VectorMatrixProduct() {}

  @Override
  public void multiply(
      float[] x,
      int xOffset,
      int rows,
      PanelMatrix weights,
      int firstPanel,
      int lastPanel,
      float @Nullable [] bias,
      float[] y,
      int yOffset,
      int yStride,
      KernelScratch scratch) {
    int inputs = weights.inputs();
    float[] block = scratch.panel(BLOCK * WIDTH);
    float[] sums = scratch.sums(rows * WIDTH);
    for (int panel = firstPanel; panel < lastPanel; panel++) {
      int width = weights.width(panel);
      int column = yOffset + (panel - firstPanel) * WIDTH;
      for (int row = 0; row < rows; row++) {
        Arrays.fill(y, column + row * yStride, column + row * yStride + width, 0f);
      }
      for (int from = 0; from < inputs; from += BLOCK) {
        int depth = Math.min(BLOCK, inputs - from);
        sumBlock(x, xOffset + from, inputs, rows, weights, panel, from, depth, block, sums);
        for (int row = 0; row < rows; row++) {
          add(sums, row * WIDTH, y, column + row * yStride, width);
        }
      }
      for (int row = 0; bias != null && row < rows; row++) {
        add(bias, panel * WIDTH, y, column + row * yStride, width);
      }
    }
  }

  @Override
  public void multiplyCodes(
      byte[] x,
      int xOffset,
      int rows,
      PanelMatrix weights,
      int firstPanel,
      int lastPanel,
      int[] y,
      int yOffset,
      int yStride,
      KernelScratch scratch) {
    int inputs = weights.inputs();
    float[] block = scratch.panel(BLOCK * WIDTH);
    float[] wide = scratch.wide(rows * BLOCK);
    float[] sums = scratch.sums(rows * WIDTH);
    for (int row = 0; row < rows; row++) {
      int target = yOffset + row * yStride;
      Arrays.fill(y, target, target + (lastPanel - firstPanel) * WIDTH, 0);
    }
    for (int from = 0; from < inputs; from += BLOCK) {
      int depth = Math.min(BLOCK, inputs - from);
      for (int row = 0; row < rows; row++) {
        Widening.codes(x, xOffset + row * inputs + from, wide, row * BLOCK, depth);
      }
      for (int panel = firstPanel; panel < lastPanel; panel++) {
        sumBlock(wide, 0, BLOCK, rows, weights, panel, from, depth, block, sums);
        int column = yOffset + (panel - firstPanel) * WIDTH;
        for (int row = 0; row < rows; row++) {
          addExact(sums, row * WIDTH, y, column + row * yStride);
        }
      }
    }
  }

  private static void sumBlock(
      float[] x,
      int xOffset,
      int xStride,
      int rows,
      PanelMatrix weights,
      int panel,
      int from,
      int depth,
      float[] block,
      float[] sums) {
    if (rows <= MAX_DIRECT_ROWS) {
      for (int row = 0; row < rows; row++) {
        RowProduct.multiply(
            x, xOffset + row * xStride, weights, panel, from, depth, sums, row * WIDTH);
      }
    } else {
      Widening.panel(weights, panel, from, depth, block);
      FmaTile.multiply(x, xOffset, xStride, rows, block, 0, depth, WIDTH, sums);
    }
  }

  private static void add(float[] x, int xOffset, float[] y, int yOffset, int count) {
    int n = 0;
    for (; n <= count - L; n += L) {
      FloatVector.fromArray(F, y, yOffset + n)
          .add(FloatVector.fromArray(F, x, xOffset + n))
          .intoArray(y, yOffset + n);
    }
    for (; n < count; n++) {
      y[yOffset + n] += x[xOffset + n];
    }
  }

  private static void addExact(float[] sums, int offset, int[] y, int yOffset) {
    for (int n = 0; n < WIDTH; n += L) {
      IntVector sum =
          (IntVector)
              FloatVector.fromArray(F, sums, offset + n).convertShape(VectorOperators.F2I, I, 0);
      IntVector.fromArray(I, y, yOffset + n).add(sum).intoArray(y, yOffset + n);
    }
  }
}
