package io.octavo.kernel;

/** Products of rows with a panel of floats that is in the cache, in the written order. */
@FunctionalInterface
public interface TileProduct {
  /**
   * {@code sums[sumsOffset + row * sumsStride + n] = sum over k, in order by fused multiply-add, of
   * x[xOffset + row * xStride + k] * panel[panelOffset + k * WIDTH + n]} for the first {@code
   * width} outputs, and perhaps some more, up to {@link PanelMatrix#WIDTH}.
   */
  void multiply(
      float[] x,
      int xOffset,
      int xStride,
      int rows,
      float[] panel,
      int panelOffset,
      int depth,
      int width,
      float[] sums,
      int sumsOffset,
      int sumsStride);
}
