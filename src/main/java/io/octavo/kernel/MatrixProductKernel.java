package io.octavo.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Products {@code y = x W'} of rows of activations with packed weights.
 *
 * <p>The written order, for every implementation and any number of rows: the sum of each block of
 * {@link PanelMatrix#BLOCK} inputs starts at zero and takes its inputs in order by fused
 * multiply-add; the blocks' sums are added in order, and the bias last. So each output's bits
 * depend on its row and its weights alone.
 *
 * <p>Rows of {@code x} lie next to each other, {@link PanelMatrix#inputs()} numbers each. {@code y}
 * receives panels {@code [firstPanel, lastPanel)}: output {@code n} of row {@code r} goes to {@code
 * y[yOffset + r * yStride + n - firstPanel * WIDTH]}.
 */
public interface MatrixProductKernel {
  /** Inputs up to which no sum of products of codes leaves int32: 2^31 / 2^14, less one. */
  int MAX_EXACT_INPUTS = (1 << 17) - 1;

  /** What is added to a code of the activations, so that it is an unsigned byte. */
  int CODE_BIAS = 128;

  /** The layout of the matrices of codes that it multiplies with; the others are portable. */
  CodeLayout codeLayout();

  /**
   * Weights in any type, widened in the kernel; an int8 matrix counts as its codes. {@code bias}
   * has a number for each output of the matrix, or is null for none.
   */
  void multiply(
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
      KernelScratch scratch);

  /**
   * Codes times codes, exact in int32 for up to {@value #MAX_EXACT_INPUTS} inputs. {@code y}
   * receives whole panels: {@code yStride} is at least {@code (lastPanel - firstPanel) * WIDTH},
   * and outputs beyond the last are 0.
   *
   * @param x integers from -128 to 127 with {@value #CODE_BIAS} added, as unsigned bytes
   */
  void multiplyCodes(
      byte[] x,
      int xOffset,
      int rows,
      PanelMatrix weights,
      int firstPanel,
      int lastPanel,
      int[] y,
      int yOffset,
      int yStride,
      KernelScratch scratch);

  /**
   * As {@link #multiplyCodes}, and then to values: {@code product * rowSteps[firstRow + r] *
   * steps[n] + bias[n]} for row {@code r} and output {@code n}, each operation rounded to float32;
   * without the last where {@code bias} is null. {@code y} receives the outputs as in {@link
   * #multiply}.
   */
  void multiplyDequantized(
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
      KernelScratch scratch);
}
