package io.octavo.kernel.x86;

import io.octavo.kernel.CodeLayout;
import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import io.octavo.kernel.ScalarMatrixProduct;
import org.jspecify.annotations.Nullable;

/** The matrix products of codes in machine code, the others by another kernel. */
public final class MachineMatrixProduct implements MatrixProductKernel {
  private final CodeProducts codes;
  private final MatrixProductKernel floats;
  private final ScalarMatrixProduct scalar = new ScalarMatrixProduct();

  private MachineMatrixProduct(CodeProducts codes, MatrixProductKernel floats) {
    this.codes = codes;
    this.floats = floats;
  }

  /**
   * Writes the code and installs it. To be called only where native access is granted, on Linux on
   * x86-64.
   *
   * @param path how codes are multiplied; the processor has to have the instructions
   * @param floats multiplies what is not in codes, with weights in any layout
   * @throws MachineCodeException if the system refuses executable memory
   */
  public static MachineMatrixProduct install(CodePath path, MatrixProductKernel floats)
      throws MachineCodeException {
    return new MachineMatrixProduct(CodeProducts.install(path), floats);
  }

  @Override
  public CodeLayout codeLayout() {
    return codes.layout();
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
    floats.multiply(
        x, xOffset, rows, weights, firstPanel, lastPanel, bias, y, yOffset, yStride, scratch);
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
    codes.require(weights);
    if (weights.inputs() == 0 || rows == 0) {
      scalar.multiplyCodes(
          x, xOffset, rows, weights, firstPanel, lastPanel, y, yOffset, yStride, scratch);
    } else {
      codes.multiply(
          x, xOffset, rows, weights, firstPanel, lastPanel, y, yOffset, yStride, scratch);
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
    codes.require(weights);
    if (weights.inputs() == 0 || rows == 0) {
      scalar.multiplyDequantized(
          x,
          xOffset,
          rows,
          weights,
          firstPanel,
          lastPanel,
          rowSteps,
          firstRow,
          steps,
          bias,
          y,
          yOffset,
          yStride,
          scratch);
    } else {
      codes.multiplyDequantized(
          x,
          xOffset,
          rows,
          weights,
          firstPanel,
          lastPanel,
          rowSteps,
          firstRow,
          steps,
          bias,
          y,
          yOffset,
          yStride,
          scratch);
    }
  }
}
