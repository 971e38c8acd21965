package io.octavo.kernel;

import java.util.Arrays;

/** The written definition of {@link SoftmaxKernel}, element by element. */
public final class ScalarSoftmax extends BlockedSoftmax {
  /** The kernel; it has no state. */
  public ScalarSoftmax() {}

  @Override
  protected long sumExtended(float[] x, int offset, int count) {
    float[] mantissas = new float[SumTree.LANES];
    float[] exponents = new float[SumTree.LANES];
    Arrays.fill(exponents, NO_EXPONENT);
    for (int i = 0; i < count; i++) {
      int lane = i % SumTree.LANES;
      float value = atLeastLowest(x[offset + i]);
      float n = ExtendedExp.exponent(value);
      float m = ExtendedExp.mantissa(value, n);
      float larger = n > exponents[lane] ? n : exponents[lane];
      float carried = mantissas[lane] * ExtendedExp.powerOfTwo(exponents[lane] - larger);
      mantissas[lane] = Math.fma(m, ExtendedExp.powerOfTwo(n - larger), carried);
      exponents[lane] = larger;
    }
    float largest = NO_EXPONENT;
    for (float exponent : exponents) {
      largest = Math.max(largest, exponent);
    }
    for (int lane = 0; lane < SumTree.LANES; lane++) {
      mantissas[lane] *= ExtendedExp.powerOfTwo(exponents[lane] - largest);
    }
    return pair(SumTree.add(mantissas), largest);
  }

  @Override
  protected float maximum(float[] x, int offset, int count) {
    float maximum = Float.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + count; i++) {
      maximum = x[i] > maximum ? x[i] : maximum;
    }
    return maximum;
  }

  @Override
  protected float sumExponentials(float[] x, int offset, int count, float shift) {
    float[] lanes = new float[SumTree.LANES];
    for (int i = 0; i < count; i++) {
      lanes[i % SumTree.LANES] += ExtendedExp.decay(x[offset + i] - shift);
    }
    return SumTree.add(lanes);
  }

  @Override
  protected float storeExponentials(
      float[] x, int xOffset, int count, float shift, float[] y, int yOffset) {
    float[] lanes = new float[SumTree.LANES];
    for (int i = 0; i < count; i++) {
      float exp = ExtendedExp.decay(x[xOffset + i] - shift);
      lanes[i % SumTree.LANES] += exp;
      y[yOffset + i] = exp;
    }
    return SumTree.add(lanes);
  }

  @Override
  protected void scaleExponentials(
      float[] x,
      int xOffset,
      int length,
      float shift,
      float factor,
      float exponent,
      float[] y,
      int yOffset) {
    for (int i = 0; i < length; i++) {
      float value = atLeastLowest(x[xOffset + i] - shift);
      float n = ExtendedExp.exponent(value);
      float scaled = ExtendedExp.mantissa(value, n) * factor;
      float k = n - exponent;
      k = k < SMALLEST_RESULT_EXPONENT ? ExtendedExp.SMALLEST_EXPONENT : k;
      y[yOffset + i] = scaled * ExtendedExp.powerOfTwo(k);
    }
  }

  @Override
  protected void scale(float[] y, int offset, int length, float smallest, float factor) {
    for (int i = offset; i < offset + length; i++) {
      y[i] = y[i] < smallest ? 0f : y[i] * factor;
    }
  }

  private static float atLeastLowest(float x) {
    return x < LOWEST ? LOWEST : x;
  }
}
