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
import static io.octavo.kernel.ScalarActivation.GELU_TANH_CUBIC;
import static io.octavo.kernel.ScalarActivation.GELU_TANH_LINEAR;
import static io.octavo.kernel.ScalarActivation.QUICK_GELU_LINEAR;
import static io.octavo.kernel.ScalarActivation.SIGMOID_LIMIT;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import io.octavo.kernel.Activation;
import io.octavo.kernel.ActivationKernel;
import io.octavo.kernel.NormalTail;
import io.octavo.kernel.RationalTanh;
import io.octavo.kernel.ScalarActivation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ActivationKernel} on the Vector API, to the bit as {@link ScalarActivation}, which serves
 * what is left over at the end of a range. The exponential is written out in each loop: as a method
 * it could end up as a call, and its vectors on the heap.
 */
public final class VectorActivation implements ActivationKernel {
  private static final VectorSpecies<Float> FLOATS = VectorWidth.FLOATS;
  private static final int WIDTH = FLOATS.length();

  /** Elements of a gate that are still in the first-level cache when they meet their partners. */
  private static final int BLOCK = 2048;

  /** The kernel; it has no state. */
  public VectorActivation() {}

  @Override
  public void apply(Activation activation, float[] x, int offset, int count) {
    int next =
        switch (activation) {
          case GELU_ERF -> geluErf(x, offset, count);
          case GELU_TANH -> timesSigmoid(x, offset, count, GELU_TANH_LINEAR, GELU_TANH_CUBIC);
          case QUICK_GELU -> timesSigmoid(x, offset, count, QUICK_GELU_LINEAR, 0f);
          case SILU -> timesSigmoid(x, offset, count, 1f, 0f);
          case RELU -> relu(x, offset, count);
          case RELU_SQUARED -> reluSquared(x, offset, count);
          case SIGMOID -> sigmoid(x, offset, count);
          case TANH -> tanh(x, offset, count);
        };
    for (; next < offset + count; next++) {
      x[next] = ScalarActivation.of(activation, x[next]);
    }
  }

  @Override
  public void applyGated(
      Activation activation, float[] gate, int gateOffset, float[] up, int upOffset, int count) {
    for (int i = 0; i < count; i += BLOCK) {
      int size = Math.min(BLOCK, count - i);
      apply(activation, gate, gateOffset + i, size);
      multiply(gate, gateOffset + i, up, upOffset + i, size);
    }
  }

  private static void multiply(float[] x, int xOffset, float[] y, int yOffset, int count) {
    int i = 0;
    for (; i <= count - WIDTH; i += WIDTH) {
      FloatVector factor = FloatVector.fromArray(FLOATS, y, yOffset + i);
      FloatVector.fromArray(FLOATS, x, xOffset + i).mul(factor).intoArray(x, xOffset + i);
    }
    for (; i < count; i++) {
      x[xOffset + i] *= y[yOffset + i];
    }
  }

  // Each of the following returns the index of the first element it leaves to the scalar code.

  private static int relu(float[] values, int offset, int count) {
    int i = offset;
    for (; i <= offset + count - WIDTH; i += WIDTH) {
      FloatVector x = FloatVector.fromArray(FLOATS, values, i);
      x.blend(0f, x.compare(LT, 0f)).intoArray(values, i);
    }
    return i;
  }

  private static int reluSquared(float[] values, int offset, int count) {
    int i = offset;
    for (; i <= offset + count - WIDTH; i += WIDTH) {
      FloatVector x = FloatVector.fromArray(FLOATS, values, i);
      x = x.blend(0f, x.compare(LT, 0f));
      x.mul(x).intoArray(values, i);
    }
    return i;
  }

  private static int geluErf(float[] values, int offset, int count) {
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
    FloatVector p0 = FloatVector.broadcast(FLOATS, NormalTail.P0);
    FloatVector p1 = FloatVector.broadcast(FLOATS, NormalTail.P1);
    FloatVector p2 = FloatVector.broadcast(FLOATS, NormalTail.P2);
    FloatVector p3 = FloatVector.broadcast(FLOATS, NormalTail.P3);
    FloatVector p4 = FloatVector.broadcast(FLOATS, NormalTail.P4);
    FloatVector q1 = FloatVector.broadcast(FLOATS, NormalTail.Q1);
    FloatVector q2 = FloatVector.broadcast(FLOATS, NormalTail.Q2);
    FloatVector q3 = FloatVector.broadcast(FLOATS, NormalTail.Q3);
    FloatVector q4 = FloatVector.broadcast(FLOATS, NormalTail.Q4);
    FloatVector q5 = FloatVector.broadcast(FLOATS, NormalTail.Q5);
    int i = offset;
    for (; i <= offset + count - WIDTH; i += WIDTH) {
      FloatVector x = FloatVector.fromArray(FLOATS, values, i);
      FloatVector a = x.abs();
      a = a.blend(NormalTail.BEYOND, a.compare(GT, NormalTail.LARGEST));
      FloatVector p = a.fma(p4, p3);
      p = p.fma(a, p2);
      p = p.fma(a, p1);
      p = p.fma(a, p0);
      FloatVector q = a.fma(q5, q4);
      q = q.fma(a, q3);
      q = q.fma(a, q2);
      q = q.fma(a, q1);
      q = q.fma(a, one);
      FloatVector z = a.mul(a).mul(-0.5f);
      z = z.blend(NO_DECAY, z.compare(LT, SMALLEST_DECAY));
      FloatVector n = z.mul(log2e).add(round).sub(round);
      FloatVector t = n.fma(ln2High, z);
      t = n.fma(ln2Low, t);
      FloatVector e = t.fma(c5, c4);
      e = e.fma(t, c3);
      e = e.fma(t, c2);
      e = e.fma(t, c1);
      e = e.fma(t, one);
      FloatVector power =
          n.add(EXPONENT_BIAS).reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
      e = e.mul(power);
      FloatVector relu = x.blend(0f, x.compare(LT, 0f));
      a.neg().fma(e.mul(p.div(q)), relu).intoArray(values, i);
    }
    return i;
  }

  private static int timesSigmoid(
      float[] values, int offset, int count, float linear, float cubic) {
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
    FloatVector linears = FloatVector.broadcast(FLOATS, linear);
    FloatVector cubics = FloatVector.broadcast(FLOATS, cubic);
    int i = offset;
    for (; i <= offset + count - WIDTH; i += WIDTH) {
      FloatVector x = FloatVector.fromArray(FLOATS, values, i);
      FloatVector a = x.abs();
      a = a.blend(SIGMOID_LIMIT, a.compare(GT, SIGMOID_LIMIT));
      FloatVector z = a.neg().mul(a.mul(a).fma(cubics, linears));
      z = z.blend(NO_DECAY, z.compare(LT, SMALLEST_DECAY));
      FloatVector n = z.mul(log2e).add(round).sub(round);
      FloatVector t = n.fma(ln2High, z);
      t = n.fma(ln2Low, t);
      FloatVector e = t.fma(c5, c4);
      e = e.fma(t, c3);
      e = e.fma(t, c2);
      e = e.fma(t, c1);
      e = e.fma(t, one);
      FloatVector power =
          n.add(EXPONENT_BIAS).reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
      e = e.mul(power);
      FloatVector relu = x.blend(0f, x.compare(LT, 0f));
      a.neg().fma(e.div(e.add(one)), relu).intoArray(values, i);
    }
    return i;
  }

  private static int sigmoid(float[] values, int offset, int count) {
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
    int i = offset;
    for (; i <= offset + count - WIDTH; i += WIDTH) {
      FloatVector x = FloatVector.fromArray(FLOATS, values, i);
      FloatVector a = x.abs();
      a = a.blend(SIGMOID_LIMIT, a.compare(GT, SIGMOID_LIMIT));
      FloatVector z = a.neg();
      z = z.blend(NO_DECAY, z.compare(LT, SMALLEST_DECAY));
      FloatVector n = z.mul(log2e).add(round).sub(round);
      FloatVector t = n.fma(ln2High, z);
      t = n.fma(ln2Low, t);
      FloatVector e = t.fma(c5, c4);
      e = e.fma(t, c3);
      e = e.fma(t, c2);
      e = e.fma(t, c1);
      e = e.fma(t, one);
      FloatVector power =
          n.add(EXPONENT_BIAS).reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
      e = e.mul(power);
      FloatVector tail = e.div(e.add(one));
      one.sub(tail).blend(tail, x.compare(LT, 0f)).intoArray(values, i);
    }
    return i;
  }

  private static int tanh(float[] values, int offset, int count) {
    FloatVector p1 = FloatVector.broadcast(FLOATS, RationalTanh.P1);
    FloatVector p2 = FloatVector.broadcast(FLOATS, RationalTanh.P2);
    FloatVector p3 = FloatVector.broadcast(FLOATS, RationalTanh.P3);
    FloatVector p4 = FloatVector.broadcast(FLOATS, RationalTanh.P4);
    FloatVector q1 = FloatVector.broadcast(FLOATS, RationalTanh.Q1);
    FloatVector q2 = FloatVector.broadcast(FLOATS, RationalTanh.Q2);
    FloatVector q3 = FloatVector.broadcast(FLOATS, RationalTanh.Q3);
    FloatVector q4 = FloatVector.broadcast(FLOATS, RationalTanh.Q4);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    IntVector sign = FloatVector.broadcast(FLOATS, -0f).reinterpretAsInts();
    int i = offset;
    for (; i <= offset + count - WIDTH; i += WIDTH) {
      FloatVector x = FloatVector.fromArray(FLOATS, values, i);
      FloatVector a = x.abs();
      a = a.blend(RationalTanh.LARGEST, a.compare(GT, RationalTanh.LARGEST));
      FloatVector t = a.mul(a);
      FloatVector p = t.fma(p4, p3);
      p = p.fma(t, p2);
      p = p.fma(t, p1);
      p = p.fma(t, one);
      FloatVector q = t.fma(q4, q3);
      q = q.fma(t, q2);
      q = q.fma(t, q1);
      q = q.fma(t, one);
      FloatVector tangent = a.mul(p).div(q);
      tangent = tangent.blend(one, tangent.compare(GT, one));
      IntVector bits = tangent.reinterpretAsInts().or(x.reinterpretAsInts().and(sign));
      bits.reinterpretAsFloats().intoArray(values, i);
    }
    return i;
  }
}
