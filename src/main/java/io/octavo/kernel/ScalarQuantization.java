package io.octavo.kernel;

/** The definition of the quantization sweeps. */
public final class ScalarQuantization implements QuantizationKernel {
  /** Creates the kernel; it has no state. */
  public ScalarQuantization() {}

  @Override
  public int scan(
      float[] x, int offset, int count, float threshold, int[] columns, float[] absmax, int row) {
    float most = 0f;
    int found = 0;
    for (int i = 0; i < count; i++) {
      float magnitude = Math.abs(x[offset + i]);
      if (magnitude >= threshold) {
        columns[found++] = i;
      } else {
        most = Math.max(most, magnitude);
      }
    }
    absmax[row] = most;
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
      int code = Math.abs(value) >= threshold ? 0 : (int) Math.rint(value * scale);
      codes[codeOffset + i] = (byte) (code + MatrixProductKernel.CODE_BIAS);
    }
  }
}
