package io.octavo.kernel;

import java.util.Arrays;

/** The definition of the matrix products. */
public final class ScalarMatrixProduct implements MatrixProductKernel {
  /** Creates the kernel; it has no state. */
  public ScalarMatrixProduct() {}

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
    float[] block = scratch.panel(PanelMatrix.BLOCK * PanelMatrix.WIDTH);
    float[] sums = scratch.sums(PanelMatrix.WIDTH);
    for (int panel = firstPanel; panel < lastPanel; panel++) {
      int width = weights.width(panel);
      int column = yOffset + (panel - firstPanel) * PanelMatrix.WIDTH;
      for (int row = 0; row < rows; row++) {
        Arrays.fill(y, column + row * yStride, column + row * yStride + width, 0f);
      }
      for (int from = 0; from < inputs; from += PanelMatrix.BLOCK) {
        int depth = Math.min(PanelMatrix.BLOCK, inputs - from);
        widen(weights, panel, from, depth, block);
        for (int row = 0; row < rows; row++) {
          sumBlock(x, xOffset + row * inputs + from, block, depth, sums);
          for (int n = 0; n < width; n++) {
            y[column + row * yStride + n] += sums[n];
          }
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
    float[] block = scratch.panel(PanelMatrix.BLOCK * PanelMatrix.WIDTH);
    for (int panel = firstPanel; panel < lastPanel; panel++) {
      int column = yOffset + (panel - firstPanel) * PanelMatrix.WIDTH;
      for (int row = 0; row < rows; row++) {
        Arrays.fill(y, column + row * yStride, column + row * yStride + PanelMatrix.WIDTH, 0);
      }
      for (int from = 0; from < inputs; from += PanelMatrix.BLOCK) {
        int depth = Math.min(PanelMatrix.BLOCK, inputs - from);
        widen(weights, panel, from, depth, block);
        for (int row = 0; row < rows; row++) {
          for (int k = 0; k < depth; k++) {
            int code = x[xOffset + row * inputs + from + k];
            for (int n = 0; n < PanelMatrix.WIDTH; n++) {
              y[column + row * yStride + n] += code * (int) block[k * PanelMatrix.WIDTH + n];
            }
          }
        }
      }
    }
  }

  private static void widen(PanelMatrix weights, int panel, int from, int depth, float[] block) {
    long first = weights.index(panel, from);
    for (int i = 0; i < depth * PanelMatrix.WIDTH; i++) {
      block[i] = weights.get(first + i);
    }
  }

  private static void sumBlock(float[] x, int xOffset, float[] block, int depth, float[] sums) {
    Arrays.fill(sums, 0, PanelMatrix.WIDTH, 0f);
    for (int k = 0; k < depth; k++) {
      for (int n = 0; n < PanelMatrix.WIDTH; n++) {
        sums[n] = Math.fma(x[xOffset + k], block[k * PanelMatrix.WIDTH + n], sums[n]);
      }
    }
  }
}
