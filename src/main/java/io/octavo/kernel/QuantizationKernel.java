package io.octavo.kernel;

/**
 * The sweeps over a row that int8 quantization needs. An element is an outlier when {@code |x| >=
 * threshold}; NaN never is. Every implementation gives the same bits.
 */
public interface QuantizationKernel {
  /**
   * One sweep over a row of {@code count} elements from {@code offset}: the largest magnitude of
   * the elements below {@code threshold} goes to {@code absmax[row]} (0 if there are none, NaN if
   * any element is NaN), and the indices of the outliers, ascending from 0, to {@code columns}.
   *
   * @param columns of {@code count} elements at least; of none where the threshold is NaN
   * @return how many outliers there are
   */
  int scan(
      float[] x, int offset, int count, float threshold, int[] columns, float[] absmax, int row);

  /**
   * {@code codes[i] = rint(x[i] * scale)}, product and rounding in float32, stored with {@value
   * MatrixProductKernel#CODE_BIAS} added for the products; the code of outliers is 0. {@code |x[i]
   * * scale|} of the others is below 127.5.
   */
  void quantize(
      float[] x, int offset, int count, float scale, float threshold, byte[] codes, int codeOffset);
}
