package io.octavo.quantize;

import io.octavo.kernel.FetchAhead;
import io.octavo.kernel.KernelScratch;

/**
 * The columns of weights that outliers meet, from their int8 codes.
 *
 * @param weights the codes
 * @param half whether a weight is rounded to half precision
 */
record DequantizedColumns(QuantizedWeights weights, boolean half) implements OutlierProduct {
  @Override
  public boolean readsSource() {
    return false;
  }

  @Override
  public void fetchAhead(int[] columns, int count, int first, FetchAhead target) {
    // The product before reads the codes itself.
  }

  @Override
  public long readings() {
    return 0;
  }

  @Override
  public void checkReadings(long since) {
    // Codes are this process' own.
  }

  @Override
  public void accumulate(
      int column, float value, float[] y, int offset, int first, int count, KernelScratch scratch) {
    for (int n = 0; n < count; n++) {
      float weight = weights.dequantize(first + n, column);
      float met = half ? Float.float16ToFloat(Float.floatToFloat16(weight)) : weight;
      y[offset + n] = Math.fma(value, met, y[offset + n]);
    }
  }
}
