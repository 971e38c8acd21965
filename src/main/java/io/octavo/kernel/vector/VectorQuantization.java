package io.octavo.kernel.vector;

import io.octavo.kernel.ExtendedExp;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.QuantizationKernel;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The quantization sweeps with SIMD. */
public final class VectorQuantization implements QuantizationKernel {
  private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
  private static final VectorSpecies<Integer> I = VectorWidth.INTS;
  private static final VectorSpecies<Byte> B = VectorWidth.BYTES;
  private static final int L = F.length();

  /** Creates the kernel; it has no state. */
  public VectorQuantization() {}

  /**
   * The bits of magnitudes order as the magnitudes do, NaN above all: their maximum takes an
   * instruction where that of floats takes several.
   */
  @Override
  public int scan(
      float[] x, int offset, int count, float threshold, int[] columns, float[] absmax, int row) {
    IntVector most = IntVector.zero(I);
    int found = 0;
    int i = 0;
    for (; i <= count - L; i += L) {
      FloatVector magnitude = FloatVector.fromArray(F, x, offset + i).abs();
      VectorMask<Float> outlier = magnitude.compare(VectorOperators.GE, threshold);
      if (outlier.anyTrue()) {
        magnitude = magnitude.blend(0f, outlier);
        for (long bits = outlier.toLong(); bits != 0; bits &= bits - 1) {
          columns[found++] = i + Long.numberOfTrailingZeros(bits);
        }
      }
      most = most.max(magnitude.reinterpretAsInts());
    }
    float largest = Float.intBitsToFloat(most.reduceLanes(VectorOperators.MAX));
    for (; i < count; i++) {
      float magnitude = Math.abs(x[offset + i]);
      if (magnitude >= threshold) {
        columns[found++] = i;
      } else {
        largest = Math.max(largest, magnitude);
      }
    }
    absmax[row] = largest;
    return found;
  }

  /**
   * Adding 1.5 * 2^23 rounds to the nearest integer, ties to even, and leaves it in the low bits of
   * the sum; in the lowest byte of it, flipping the sign adds 128.
   */
  @Override
  public void quantize(
      float[] x,
      int offset,
      int count,
      float scale,
      float threshold,
      byte[] codes,
      int codeOffset) {
    int i = 0;
    for (; i <= count - B.length(); i += B.length()) {
      ByteVector low = code(x, offset + i, scale, threshold, 0);
      if (VectorWidth.BYTE_PARTS == 2) {
        low = low.or(code(x, offset + i + L, scale, threshold, -1));
      }
      low.lanewise(VectorOperators.XOR, Byte.MIN_VALUE).intoArray(codes, codeOffset + i);
    }
    for (; i < count; i++) {
      float value = x[offset + i];
      float kept = Math.abs(value) >= threshold ? 0f : value;
      int bits = Float.floatToRawIntBits(kept * scale + ExtendedExp.ROUND);
      codes[codeOffset + i] = (byte) (bits + MatrixProductKernel.CODE_BIAS);
    }
  }

  /** The codes of a vector of floats, in the first or the last bytes of a vector of codes. */
  private static ByteVector code(float[] x, int at, float scale, float threshold, int part) {
    FloatVector value = FloatVector.fromArray(F, x, at);
    VectorMask<Float> outlier = value.abs().compare(VectorOperators.GE, threshold);
    IntVector bits = value.blend(0f, outlier).mul(scale).add(ExtendedExp.ROUND).reinterpretAsInts();
    return (ByteVector) bits.convertShape(VectorOperators.I2B, B, part);
  }
}
