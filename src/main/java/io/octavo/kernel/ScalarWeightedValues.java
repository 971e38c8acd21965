package io.octavo.kernel;

/** The definition of weighted values. */
public final class ScalarWeightedValues implements WeightedValues {
  private static final int WIDTH = PanelMatrix.WIDTH;

  /** Creates the kernel; it has no state. */
  public ScalarWeightedValues() {}

  @Override
  public void add(
      float[] weights,
      int queries,
      float[] panel,
      int panelOffset,
      int keys,
      float[] factors,
      int width,
      float[] out,
      int outOffset,
      int outStride,
      KernelScratch scratch) {
    for (int q = 0; q < queries; q++) {
      for (int d = 0; d < width; d++) {
        float sum = 0f;
        for (int j = 0; j < keys; j++) {
          sum = Math.fma(weights[q * WIDTH + j], panel[panelOffset + j * WIDTH + d], sum);
        }
        int target = outOffset + q * outStride + d;
        float newFactor = factors[BlockWeights.MAX_QUERIES + q];
        out[target] = Math.fma(sum, newFactor, out[target] * factors[q]);
      }
    }
  }

  @Override
  public void divide(
      ExtendedSums sums,
      int first,
      int queries,
      int width,
      float[] out,
      int outOffset,
      int outStride) {
    for (int q = 0; q < queries; q++) {
      float inverse = 1f / sums.mantissas()[first + q];
      for (int d = 0; d < width; d++) {
        out[outOffset + q * outStride + d] *= inverse;
      }
    }
  }
}
