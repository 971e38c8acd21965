package io.octavo.kernel;

import org.jspecify.annotations.Nullable;

/**
 * The sweeps over a row that int8 quantization needs. An element is an outlier when {@code |x| >=
 * threshold}; NaN never is. Every implementation gives the same bits.
 */
public interface QuantizationKernel {
  /**
   * The largest magnitude among the elements below {@code threshold}, 0 if there are none; NaN if
   * any element is NaN.
   */
  float absmaxBelow(float[] x, int offset, int count, float threshold);

  /**
   * Writes the indices of the outliers, ascending, to {@code columns[columnOffset ...]} and returns
   * how many there are.
   */
  int outliers(float[] x, int offset, int count, float threshold, int[] columns, int columnOffset);

  /**
   * {@code codes[i] = rint(x[i] * scale)}, product and rounding in float32; 0 for outliers. {@code
   * |x[i] * scale|} of the others is at most 127.5.
   */
  void quantize(
      float[] x, int offset, int count, float scale, float threshold, byte[] codes, int codeOffset);

  /**
   * {@code y[yOffset + n] = accumulators[offset + n] * step * steps[first + n] + bias[first + n]},
   * each operation rounded to float32, for {@code count} outputs; without the last where {@code
   * bias} is null.
   */
  void dequantize(
      int[] accumulators,
      int offset,
      float step,
      float[] steps,
      float @Nullable [] bias,
      int first,
      float[] y,
      int yOffset,
      int count);
}
