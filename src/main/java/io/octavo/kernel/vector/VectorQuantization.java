package io.octavo.kernel.vector;

import io.octavo.kernel.ExtendedExp;
import io.octavo.kernel.QuantizationKernel;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** The quantization sweeps with SIMD. */
public final class VectorQuantization implements QuantizationKernel {
  private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
  private static final VectorSpecies<Integer> I = VectorWidth.INTS;
  private static final VectorSpecies<Byte> B = VectorWidth.BYTES;
  private static final int L = F.length();

  /** Creates the kernel; it has no state. */
  public VectorQuantization() {}

  @Override
  public float absmaxBelow(float[] x, int offset, int count, float threshold) {
    FloatVector most = FloatVector.zero(F);
    int bound = F.loopBound(count);
    for (int i = 0; i < bound; i += L) {
      FloatVector magnitude = FloatVector.fromArray(F, x, offset + i).abs();
      VectorMask<Float> outlier = magnitude.compare(VectorOperators.GE, threshold);
      most = most.max(magnitude.blend(0f, outlier));
    }
    float absmax = most.reduceLanes(VectorOperators.MAX);
    for (int i = bound; i < count; i++) {
      float magnitude = Math.abs(x[offset + i]);
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
    int bound = F.loopBound(count);
    for (int i = 0; i < bound; i += L) {
      VectorMask<Float> outlier =
          FloatVector.fromArray(F, x, offset + i).abs().compare(VectorOperators.GE, threshold);
      if (outlier.anyTrue()) {
        for (long bits = outlier.toLong(); bits != 0; bits &= bits - 1) {
          columns[columnOffset + found++] = i + Long.numberOfTrailingZeros(bits);
        }
      }
    }
    for (int i = bound; i < count; i++) {
      if (Math.abs(x[offset + i]) >= threshold) {
        columns[columnOffset + found++] = i;
      }
    }
    return found;
  }

  /**
   * Adding 1.5 * 2^23 leaves the integer nearest to the product, ties to even, in the low bits of
   * the sum.
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
    for (; L == B.length() && i <= count - L; i += L) {
      FloatVector value = FloatVector.fromArray(F, x, offset + i);
      VectorMask<Float> outlier = value.abs().compare(VectorOperators.GE, threshold);
      IntVector sum =
          value.blend(0f, outlier).mul(scale).add(ExtendedExp.ROUND).reinterpretAsInts();
      ((ByteVector) sum.convertShape(VectorOperators.I2B, B, 0)).intoArray(codes, codeOffset + i);
    }
    // At 128 bits all of it: there is no vector of four bytes.
    for (; i < count; i++) {
      float value = x[offset + i];
      float kept = Math.abs(value) >= threshold ? 0f : value;
      codes[codeOffset + i] = (byte) Float.floatToRawIntBits(kept * scale + ExtendedExp.ROUND);
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
    int n = 0;
    for (; n <= count - L; n += L) {
      FloatVector value =
          ((FloatVector)
                  IntVector.fromArray(I, accumulators, offset + n)
                      .convertShape(VectorOperators.I2F, F, 0))
              .mul(step)
              .mul(FloatVector.fromArray(F, steps, first + n));
      if (bias != null) {
        value = value.add(FloatVector.fromArray(F, bias, first + n));
      }
      value.intoArray(y, yOffset + n);
    }
    for (; n < count; n++) {
      float value = accumulators[offset + n] * step * steps[first + n];
      y[yOffset + n] = bias == null ? value : value + bias[first + n];
    }
  }
}
