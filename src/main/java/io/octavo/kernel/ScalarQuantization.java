package io.octavo.kernel;

import org.jspecify.annotations.Nullable;

/** The definition of the quantization sweeps. */
public final class ScalarQuantization implements QuantizationKernel {
  /** Creates the kernel; it has no state. */
  public ScalarQuantization() {}

  @Override
  public float absmaxBelow(float[] x, int offset, int count, float threshold) {
    float absmax = 0f;
    for (int i = offset; i < offset + count; i++) {
      float magnitude = Math.abs(x[i]);
      if (!(magnitude >= threshold)) {
        absmax = Math.max(absmax, magnitude);
      }
    }
    return absmax;
  }

  @Override
  public int outliers(
      float[] x, int offset, int count, float threshold, int[] columns, int columnOffset) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      if (Math.abs(x[offset + i]) >= threshold) {
        columns[columnOffset + found++] = i;
      }
    }
    return found;
  }

  @Override
  public void quantize(
      float[] x,
      int offset,
      int count,
      float scale,
      float threshold,
      byte[] codes,
      int codeOffset) {
    for (int i = 0; i < count; i++) {
      float value = x[offset + i];
      codes[codeOffset + i] = Math.abs(value) >= threshold ? 0 : (byte) Math.rint(value * scale);
    }
  }

  @Override
  public void dequantize(
      int[] accumulators,
      int offset,
      float step,
      float[] steps,
      float @Nullable [] bias,
      int first,
      float[] y,
      int yOffset,
      int count) {
    for (int n = 0; n < count; n++) {
      float value = accumulators[offset + n] * step * steps[first + n];
      y[yOffset + n] = bias == null ? value : value + bias[first + n];
    }
  }
}
