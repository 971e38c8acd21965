package io.octavo.kernel.x86;

import io.octavo.kernel.CodeLayout;
import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import org.jspecify.annotations.Nullable;

/** The matrix products with weights in 16 and 32 bits in machine code, the others by a kernel. */
public final class MachineFloatProduct implements MatrixProductKernel {
  private final FloatProducts floats;
  private final MatrixProductKernel others;

  private MachineFloatProduct(FloatProducts floats, MatrixProductKernel others) {
    this.floats = floats;
    this.others = others;
  }

  /**
   * Writes the code and installs it. To be called only where native access is granted, on Linux on
   * x86-64.
   *
   * @param path the instructions, which the processor has to have
   * @param others multiplies what is in codes
   * @throws MachineCodeException if the system refuses executable memory
   */
  public static MachineFloatProduct install(FloatPath path, MatrixProductKernel others)
      throws MachineCodeException {
    return new MachineFloatProduct(FloatProducts.install(path), others);
  }

  @Override
  public CodeLayout codeLayout() {
    return others.codeLayout();
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
    if (rows > 0 && weights.inputs() > 0 && FloatProducts.serves(weights.type())) {
      floats.multiply(
          x, xOffset, rows, weights, firstPanel, lastPanel, bias, y, yOffset, yStride, scratch);
    } else {
      others.multiply(
          x, xOffset, rows, weights, firstPanel, lastPanel, bias, y, yOffset, yStride, scratch);
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
    others.multiplyCodes(
        x, xOffset, rows, weights, firstPanel, lastPanel, y, yOffset, yStride, scratch);
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
    others.multiplyDequantized(
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
