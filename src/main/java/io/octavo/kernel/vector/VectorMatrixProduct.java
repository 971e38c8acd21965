package io.octavo.kernel.vector;

import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import java.util.Arrays;

/**
 * The matrix products by widening a block of a panel to floats that stay in the cache, and the
 * register tile of {@link FmaTile} over all rows.
 */
public final class VectorMatrixProduct implements MatrixProductKernel {
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int BLOCK = PanelMatrix.BLOCK;

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
        Widening.panel(weights, panel, from, depth, block);
        FmaTile.multiply(x, xOffset + from, inputs, rows, block, 0, depth, WIDTH, sums);
        for (int row = 0; row < rows; row++) {
          add(sums, row * WIDTH, y, column + row * yStride, width);
        }
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
        Widening.panel(weights, panel, from, depth, block);
        FmaTile.multiply(wide, 0, BLOCK, rows, block, 0, depth, WIDTH, sums);
        int column = yOffset + (panel - firstPanel) * WIDTH;
        for (int row = 0; row < rows; row++) {
          addExact(sums, row * WIDTH, y, column + row * yStride);
        }
      }
    }
  }

  private static void add(float[] sums, int offset, float[] y, int yOffset, int width) {
    for (int n = 0; n < width; n++) {
      y[yOffset + n] += sums[offset + n];
    }
  }

  private static void addExact(float[] sums, int offset, int[] y, int yOffset) {
    for (int n = 0; n < WIDTH; n++) {
      y[yOffset + n] += (int) sums[offset + n];
    }
  }
}
