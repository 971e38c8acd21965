package io.octavo.kernel;

/**
 * {@link QuantizationKernel} in loops that C2 vectorizes by itself, to the bit as {@link
 * ScalarQuantization}, for rows without outliers such as those of weights. A loop calls a small
 * method for some elements, which a JVM that has just started compiles long before it would replace
 * one large loop; code on the Vector API is slow until then.
 */
public final class LoopQuantization implements QuantizationKernel {
  private static final int LANES = 64;
  private static final int MAGNITUDE = 0x7FFFFFFF;

  private final QuantizationKernel others = new ScalarQuantization();

  /** Creates the kernel; it has no state. */
  public LoopQuantization() {}

  @Override
  public int scan(
      float[] x, int offset, int count, float threshold, int[] columns, float[] absmax, int row) {
    float most = magnitude(x, offset, count);
    if (most < threshold || Float.isNaN(threshold)) {
      absmax[row] = most;
      return 0;
    }
    return others.scan(x, offset, count, threshold, columns, absmax, row);
  }

  /** The bits of magnitudes order as the magnitudes do, NaN above all. */
  private static float magnitude(float[] x, int offset, int count) {
    int[] lanes = new int[LANES];
    int whole = count / LANES * LANES;
    for (int i = 0; i < whole; i += LANES) {
      raise(x, offset + i, lanes);
    }
    int most = 0;
    for (int i = whole; i < count; i++) {
      most = Math.max(most, Float.floatToRawIntBits(x[offset + i]) & MAGNITUDE);
    }
    for (int lane : lanes) {
      most = Math.max(most, lane);
    }
    return Float.intBitsToFloat(most);
  }

  private static void raise(float[] x, int offset, int[] lanes) {
    for (int n = 0; n < LANES; n++) {
      lanes[n] = Math.max(lanes[n], Float.floatToRawIntBits(x[offset + n]) & MAGNITUDE);
    }
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
    if (!Float.isNaN(threshold)) {
      others.quantize(x, offset, count, scale, threshold, codes, codeOffset);
      return;
    }
    for (int i = 0; i < count; i += LANES) {
      encode(x, offset + i, Math.min(LANES, count - i), scale, codes, codeOffset + i);
    }
  }

  /** The integer nearest to the product, in the sum's low bits. */
  private static void encode(
      float[] x, int offset, int count, float scale, byte[] codes, int codeOffset) {
    for (int i = 0; i < count; i++) {
      int nearest = Float.floatToRawIntBits(x[offset + i] * scale + ExtendedExp.ROUND);
      codes[codeOffset + i] = (byte) (nearest + MatrixProductKernel.CODE_BIAS);
    }
  }
}
