package io.octavo.quantize;

/** The columns of weights that outliers meet, from their int8 codes. */
record DequantizedColumns(QuantizedWeights weights) implements OutlierProduct {
  @Override
  public void accumulate(int column, float value, float[] y, int offset, int first, int count) {
    for (int n = 0; n < count; n++) {
      y[offset + n] = Math.fma(value, weights.dequantize(first + n, column), y[offset + n]);
    }
  }
}
