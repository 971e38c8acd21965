package io.octavo.kernel.vector;

import static io.octavo.kernel.ExtendedExp.C1;
import static io.octavo.kernel.ExtendedExp.C2;
import static io.octavo.kernel.ExtendedExp.C3;
import static io.octavo.kernel.ExtendedExp.C4;
import static io.octavo.kernel.ExtendedExp.C5;
import static io.octavo.kernel.ExtendedExp.EXPONENT_BIAS;
import static io.octavo.kernel.ExtendedExp.LOG2_E;
import static io.octavo.kernel.ExtendedExp.MINUS_LN2_HIGH;
import static io.octavo.kernel.ExtendedExp.MINUS_LN2_LOW;
import static io.octavo.kernel.ExtendedExp.NO_DECAY;
import static io.octavo.kernel.ExtendedExp.ROUND;
import static io.octavo.kernel.ExtendedExp.SMALLEST_DECAY;
import static io.octavo.kernel.ExtendedExp.SMALLEST_EXPONENT;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.MAX;

import io.octavo.kernel.BlockedSoftmax;
import io.octavo.kernel.SumTree;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link io.octavo.kernel.SoftmaxKernel} on the Vector API, to the bit as {@link
 * io.octavo.kernel.ScalarSoftmax}. A sum sweeps its block once for every vector that the 16 lanes
 * fill, so that one accumulator serves any width; the block stays in the first-level cache. The
 * exponential is written out in each loop: as a method it could end up as a call, and its vectors
 * on the heap.
 */
public final class VectorSoftmax extends BlockedSoftmax {
  private static final VectorSpecies<Float> FLOATS = VectorWidth.FLOATS;
  private static final int WIDTH = FLOATS.length();

  /** A row's sums, kept so that no call allocates. */
  private static final class Lanes {
    final float[] first = new float[SumTree.LANES];
    final float[] second = new float[SumTree.LANES];
  }

  private static final ThreadLocal<Lanes> LANES = ThreadLocal.withInitial(Lanes::new);

  /** The kernel; but for working memory of each thread, it has no state. */
  public VectorSoftmax() {}

  @Override
  protected long sumExtended(float[] x, int offset, int count) {
    Lanes lanes = LANES.get();
    float[] mantissas = lanes.first;
    float[] exponents = lanes.second;
    float largest = NO_EXPONENT;
    int end = offset + count;
    FloatVector masked = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector ln2High = FloatVector.broadcast(FLOATS, MINUS_LN2_HIGH);
    FloatVector ln2Low = FloatVector.broadcast(FLOATS, MINUS_LN2_LOW);
    FloatVector c1 = FloatVector.broadcast(FLOATS, C1);
    FloatVector c2 = FloatVector.broadcast(FLOATS, C2);
    FloatVector c3 = FloatVector.broadcast(FLOATS, C3);
    FloatVector c4 = FloatVector.broadcast(FLOATS, C4);
    FloatVector c5 = FloatVector.broadcast(FLOATS, C5);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    for (int part = 0; part < SumTree.LANES; part += WIDTH) {
      FloatVector sum = FloatVector.zero(FLOATS);
      FloatVector exponent = FloatVector.broadcast(FLOATS, NO_EXPONENT);
      for (int i = offset + part; i < end; i += SumTree.LANES) {
        FloatVector v;
        if (i + WIDTH <= end) {
          v = FloatVector.fromArray(FLOATS, x, i);
        } else {
          VectorMask<Float> inside = FLOATS.indexInRange(i, end);
          v = masked.blend(FloatVector.fromArray(FLOATS, x, i, inside), inside);
        }
        v = v.blend(LOWEST, v.compare(LT, LOWEST));
        FloatVector n = v.mul(log2e).add(round).sub(round);
        FloatVector t = n.fma(ln2High, v);
        t = n.fma(ln2Low, t);
        FloatVector p = t.fma(c5, c4);
        p = p.fma(t, c3);
        p = p.fma(t, c2);
        p = p.fma(t, c1);
        p = p.fma(t, one);
        FloatVector larger = exponent.blend(n, n.compare(GT, exponent));
        FloatVector k = exponent.sub(larger);
        k = k.blend(SMALLEST_EXPONENT, k.compare(LT, SMALLEST_EXPONENT));
        FloatVector carry =
            k.add(EXPONENT_BIAS).reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
        k = n.sub(larger);
        k = k.blend(SMALLEST_EXPONENT, k.compare(LT, SMALLEST_EXPONENT));
        FloatVector weight =
            k.add(EXPONENT_BIAS).reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
        sum = p.fma(weight, sum.mul(carry));
        exponent = larger;
      }
      sum.intoArray(mantissas, part);
      exponent.intoArray(exponents, part);
      largest = Math.max(largest, exponent.reduceLanes(MAX));
    }
    for (int part = 0; part < SumTree.LANES; part += WIDTH) {
      FloatVector k = FloatVector.fromArray(FLOATS, exponents, part).sub(largest);
      k = k.blend(SMALLEST_EXPONENT, k.compare(LT, SMALLEST_EXPONENT));
      FloatVector weight =
          k.add(EXPONENT_BIAS).reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
      FloatVector.fromArray(FLOATS, mantissas, part).mul(weight).intoArray(mantissas, part);
    }
    return pair(SumTree.add(mantissas), largest);
  }

  @Override
  protected float maximum(float[] x, int offset, int count) {
    FloatVector maximum = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int end = offset + count;
    int i = offset;
    for (; i <= end - WIDTH; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, i);
      maximum = maximum.blend(v, v.compare(GT, maximum));
    }
    float result = maximum.reduceLanes(MAX);
    for (; i < end; i++) {
      result = x[i] > result ? x[i] : result;
    }
    return result;
  }

  @Override
  protected float sumExponentials(float[] x, int offset, int count, float shift) {
    float[] lanes = LANES.get().first;
    int end = offset + count;
    FloatVector masked = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector ln2High = FloatVector.broadcast(FLOATS, MINUS_LN2_HIGH);
    FloatVector ln2Low = FloatVector.broadcast(FLOATS, MINUS_LN2_LOW);
    FloatVector c1 = FloatVector.broadcast(FLOATS, C1);
    FloatVector c2 = FloatVector.broadcast(FLOATS, C2);
    FloatVector c3 = FloatVector.broadcast(FLOATS, C3);
    FloatVector c4 = FloatVector.broadcast(FLOATS, C4);
    FloatVector c5 = FloatVector.broadcast(FLOATS, C5);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    for (int part = 0; part < SumTree.LANES; part += WIDTH) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = offset + part; i < end; i += SumTree.LANES) {
        FloatVector v;
        if (i + WIDTH <= end) {
          v = FloatVector.fromArray(FLOATS, x, i);
        } else {
          VectorMask<Float> inside = FLOATS.indexInRange(i, end);
          v = masked.blend(FloatVector.fromArray(FLOATS, x, i, inside), inside);
        }
        v = v.sub(shift);
        v = v.blend(NO_DECAY, v.compare(LT, SMALLEST_DECAY));
        FloatVector n = v.mul(log2e).add(round).sub(round);
        FloatVector t = n.fma(ln2High, v);
        t = n.fma(ln2Low, t);
        FloatVector p = t.fma(c5, c4);
        p = p.fma(t, c3);
        p = p.fma(t, c2);
        p = p.fma(t, c1);
        p = p.fma(t, one);
        FloatVector weight =
            n.add(EXPONENT_BIAS).reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
        p = p.mul(weight);
        sum = sum.add(p);
      }
      sum.intoArray(lanes, part);
    }
    return SumTree.add(lanes);
  }

  @Override
  protected float storeExponentials(
      float[] x, int xOffset, int count, float shift, float[] y, int yOffset) {
    float[] lanes = LANES.get().first;
    int end = xOffset + count;
    int toY = yOffset - xOffset;
    FloatVector masked = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector ln2High = FloatVector.broadcast(FLOATS, MINUS_LN2_HIGH);
    FloatVector ln2Low = FloatVector.broadcast(FLOATS, MINUS_LN2_LOW);
    FloatVector c1 = FloatVector.broadcast(FLOATS, C1);
    FloatVector c2 = FloatVector.broadcast(FLOATS, C2);
    FloatVector c3 = FloatVector.broadcast(FLOATS, C3);
    FloatVector c4 = FloatVector.broadcast(FLOATS, C4);
    FloatVector c5 = FloatVector.broadcast(FLOATS, C5);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    for (int part = 0; part < SumTree.LANES; part += WIDTH) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = xOffset + part; i < end; i += SumTree.LANES) {
        FloatVector v;
        if (i + WIDTH <= end) {
          v = FloatVector.fromArray(FLOATS, x, i);
        } else {
          VectorMask<Float> inside = FLOATS.indexInRange(i, end);
          v = masked.blend(FloatVector.fromArray(FLOATS, x, i, inside), inside);
        }
        v = v.sub(shift);
        v = v.blend(NO_DECAY, v.compare(LT, SMALLEST_DECAY));
        FloatVector n = v.mul(log2e).add(round).sub(round);
        FloatVector t = n.fma(ln2High, v);
        t = n.fma(ln2Low, t);
        FloatVector p = t.fma(c5, c4);
        p = p.fma(t, c3);
        p = p.fma(t, c2);
        p = p.fma(t, c1);
        p = p.fma(t, one);
        FloatVector weight =
            n.add(EXPONENT_BIAS).reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
        p = p.mul(weight);
        sum = sum.add(p);
        if (i + WIDTH <= end) {
          p.intoArray(y, i + toY);
        } else {
          p.intoArray(y, i + toY, FLOATS.indexInRange(i, end));
        }
      }
      sum.intoArray(lanes, part);
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
    int end = xOffset + length;
    int toY = yOffset - xOffset;
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector ln2High = FloatVector.broadcast(FLOATS, MINUS_LN2_HIGH);
    FloatVector ln2Low = FloatVector.broadcast(FLOATS, MINUS_LN2_LOW);
    FloatVector c1 = FloatVector.broadcast(FLOATS, C1);
    FloatVector c2 = FloatVector.broadcast(FLOATS, C2);
    FloatVector c3 = FloatVector.broadcast(FLOATS, C3);
    FloatVector c4 = FloatVector.broadcast(FLOATS, C4);
    FloatVector c5 = FloatVector.broadcast(FLOATS, C5);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    for (int i = xOffset; i < end; i += WIDTH) {
      FloatVector v;
      if (i + WIDTH <= end) {
        v = FloatVector.fromArray(FLOATS, x, i);
      } else {
        v = FloatVector.fromArray(FLOATS, x, i, FLOATS.indexInRange(i, end));
      }
      v = v.sub(shift);
      v = v.blend(LOWEST, v.compare(LT, LOWEST));
      FloatVector n = v.mul(log2e).add(round).sub(round);
      FloatVector t = n.fma(ln2High, v);
      t = n.fma(ln2Low, t);
      FloatVector p = t.fma(c5, c4);
      p = p.fma(t, c3);
      p = p.fma(t, c2);
      p = p.fma(t, c1);
      p = p.fma(t, one);
      FloatVector k = n.sub(exponent);
      k = k.blend(SMALLEST_EXPONENT, k.compare(LT, SMALLEST_RESULT_EXPONENT));
      FloatVector weight =
          k.add(EXPONENT_BIAS).reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
      p = p.mul(factor).mul(weight);
      if (i + WIDTH <= end) {
        p.intoArray(y, i + toY);
      } else {
        p.intoArray(y, i + toY, FLOATS.indexInRange(i, end));
      }
    }
  }

  @Override
  protected void scale(float[] y, int offset, int length, float smallest, float factor) {
    int end = offset + length;
    int i = offset;
    for (; i <= end - WIDTH; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(FLOATS, y, i);
      v.mul(factor).blend(0f, v.compare(LT, smallest)).intoArray(y, i);
    }
    for (; i < end; i++) {
      y[i] = y[i] < smallest ? 0f : y[i] * factor;
    }
  }
}
