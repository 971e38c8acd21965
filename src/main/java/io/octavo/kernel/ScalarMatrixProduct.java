package io.octavo.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The definition of the matrix products, in loops that C2 vectorizes by itself: sums go to an array
 * of the method's own, which cannot be the same as an operand, four inputs at a time.
 */
public final class ScalarMatrixProduct implements MatrixProductKernel {
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int BLOCK = PanelMatrix.BLOCK;

  /** Creates the kernel; it has no state. */
  public ScalarMatrixProduct() {}

  /** The portable layout, but it reads any. */
  @Override
  public CodeLayout codeLayout() {
    return CodeLayout.PORTABLE;
  }

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
    for (int panel = firstPanel; panel < lastPanel; panel++) {
      int width = weights.width(panel);
      int column = yOffset + (panel - firstPanel) * WIDTH;
      // A matrix without inputs has a single block, of none.
      for (int from = 0; from == 0 || from < inputs; from += BLOCK) {
        int depth = Math.min(BLOCK, inputs - from);
        weights.read(panel, from, depth, block);
        for (int row = 0; row < rows; row++) {
          float[] sums = sumBlock(x, xOffset + row * inputs + from, block, depth);
          int target = column + row * yStride;
          for (int n = 0; n < width; n++) {
            y[target + n] = from == 0 ? sums[n] : y[target + n] + sums[n];
          }
        }
      }
      for (int row = 0; bias != null && row < rows; row++) {
        for (int n = 0; n < width; n++) {
          y[column + row * yStride + n] += bias[panel * WIDTH + n];
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
    float[] codes = scratch.wide(rows * inputs);
    for (int i = 0; i < rows * inputs; i++) {
      codes[i] = Byte.toUnsignedInt(x[xOffset + i]) - CODE_BIAS;
    }
    for (int panel = firstPanel; panel < lastPanel; panel++) {
      int column = yOffset + (panel - firstPanel) * WIDTH;
      for (int row = 0; row < rows; row++) {
        Arrays.fill(y, column + row * yStride, column + row * yStride + WIDTH, 0);
      }
      for (int from = 0; from < inputs; from += BLOCK) {
        int depth = Math.min(BLOCK, inputs - from);
        weights.read(panel, from, depth, block);
        for (int row = 0; row < rows; row++) {
          // Exact: integers below 2^24.
          float[] sums = sumBlock(codes, row * inputs + from, block, depth);
          for (int n = 0; n < WIDTH; n++) {
            y[column + row * yStride + n] += (int) sums[n];
          }
        }
      }
    }
  }

  @Override
  public void multiplyDequantized(
      byte[] x,
      int xOffset,
      int rows,
      PanelMatrix weights,
      int firstPanel,
      int lastPanel,
      float[] rowSteps,
      int firstRow,
      float[] steps,
      float @Nullable [] bias,
      float[] y,
      int yOffset,
      int yStride,
      KernelScratch scratch) {
    int stride = (lastPanel - firstPanel) * WIDTH;
    int[] products = scratch.accumulators(rows * stride);
    multiplyCodes(x, xOffset, rows, weights, firstPanel, lastPanel, products, 0, stride, scratch);
    int first = firstPanel * WIDTH;
    int count = Math.min(weights.outputs(), lastPanel * WIDTH) - first;
    for (int row = 0; row < rows; row++) {
      for (int n = 0; n < count; n++) {
        float value = products[row * stride + n] * rowSteps[firstRow + row] * steps[first + n];
        y[yOffset + row * yStride + n] = bias == null ? value : value + bias[first + n];
      }
    }
  }

  /** {@code sums[n] = sum over k, in order, of x[xOffset + k] * block[k * WIDTH + n]}. */
  private static float[] sumBlock(float[] x, int xOffset, float[] block, int depth) {
    float[] sums = new float[WIDTH];
    int k = 0;
    for (; k + 4 <= depth; k += 4) {
      float x0 = x[xOffset + k];
      float x1 = x[xOffset + k + 1];
      float x2 = x[xOffset + k + 2];
      float x3 = x[xOffset + k + 3];
      int at = k * WIDTH;
      for (int n = 0; n < WIDTH; n++) {
        float sum = Math.fma(x0, block[at + n], sums[n]);
        sum = Math.fma(x1, block[at + WIDTH + n], sum);
        sum = Math.fma(x2, block[at + 2 * WIDTH + n], sum);
        sums[n] = Math.fma(x3, block[at + 3 * WIDTH + n], sum);
      }
    }
    for (; k < depth; k++) {
      float x0 = x[xOffset + k];
      int at = k * WIDTH;
      for (int n = 0; n < WIDTH; n++) {
        sums[n] = Math.fma(x0, block[at + n], sums[n]);
      }
    }
    return sums;
  }
}
