package io.octavo.kernel.vector;

import io.octavo.kernel.PanelMatrix;
import io.octavo.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of one row with a block of a panel of floats in 16 or 32 bits, straight from off-heap
 * memory: for so few rows the detour over a widened panel costs more than the product. The sums are
 * those of {@link FmaTile}, to the bit.
 *
 * <p>The loops must meet memory in order, or the processor's prefetcher does not follow. C2 would
 * unroll them and then schedule the loads of several turns as it likes, which costs half of the
 * bandwidth; so the stride is a number that it does not know.
 */
final class RowProduct {
  private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
  private static final VectorSpecies<Integer> I = VectorWidth.INTS;
  private static final VectorSpecies<Short> S = VectorWidth.SHORTS;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int L = F.length();
  private static final int WIDTH = PanelMatrix.WIDTH;

  /** Not final, so that C2 takes it for a variable. */
  private static int one = 1;

  /** As {@link #one}. */
  private static int four = 4;

  private RowProduct() {}

  /** Whether there is a product for numbers of {@code type}. */
  static boolean serves(DType type) {
    return type != DType.I8;
  }

  /**
   * {@code sums[target + n] = sum over k of x[xOffset + k] * w[n][from + k]} for {@code depth}
   * inputs.
   */
  static void multiply(
      float[] x,
      int xOffset,
      PanelMatrix weights,
      int panel,
      int from,
      int depth,
      float[] sums,
      int target) {
    MemorySegment data = weights.data();
    long first = weights.index(panel, from);
    for (int column = 0; column < WIDTH; column += 4 * L) {
      long at = (first + column) * weights.type().bytes();
      switch (weights.type()) {
        case F32 -> floats(x, xOffset, data, at, depth, sums, target + column);
        case F16 -> halves(x, xOffset, data, at, depth, sums, target + column);
        case BF16 -> bfloats(x, xOffset, data, at, depth, sums, target + column);
        case I8 -> throw new IllegalArgumentException("Codes have a product of their own");
      }
    }
  }

  private static void floats(
      float[] x, int xOffset, MemorySegment data, long at, int depth, float[] sums, int target) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    int step = four;
    int k = 0;
    for (; k <= depth - 4; k += step) {
      long p = at + (long) k * (WIDTH * Float.BYTES);
      FloatVector a0 = FloatVector.broadcast(F, x[xOffset + k]);
      s0 = a0.fma(floats(data, p, 0, 0), s0);
      s1 = a0.fma(floats(data, p, 0, 1), s1);
      s2 = a0.fma(floats(data, p, 0, 2), s2);
      s3 = a0.fma(floats(data, p, 0, 3), s3);
      FloatVector a1 = FloatVector.broadcast(F, x[xOffset + k + 1]);
      s0 = a1.fma(floats(data, p, 1, 0), s0);
      s1 = a1.fma(floats(data, p, 1, 1), s1);
      s2 = a1.fma(floats(data, p, 1, 2), s2);
      s3 = a1.fma(floats(data, p, 1, 3), s3);
      FloatVector a2 = FloatVector.broadcast(F, x[xOffset + k + 2]);
      s0 = a2.fma(floats(data, p, 2, 0), s0);
      s1 = a2.fma(floats(data, p, 2, 1), s1);
      s2 = a2.fma(floats(data, p, 2, 2), s2);
      s3 = a2.fma(floats(data, p, 2, 3), s3);
      FloatVector a3 = FloatVector.broadcast(F, x[xOffset + k + 3]);
      s0 = a3.fma(floats(data, p, 3, 0), s0);
      s1 = a3.fma(floats(data, p, 3, 1), s1);
      s2 = a3.fma(floats(data, p, 3, 2), s2);
      s3 = a3.fma(floats(data, p, 3, 3), s3);
    }
    s0.intoArray(sums, target);
    s1.intoArray(sums, target + L);
    s2.intoArray(sums, target + 2 * L);
    s3.intoArray(sums, target + 3 * L);
    if (k < depth) {
      addLast(x, xOffset, data, at, k, depth, sums, target);
    }
  }

  /** Inputs {@code [from, depth)}, up to three of them. */
  private static void addLast(
      float[] x,
      int xOffset,
      MemorySegment data,
      long at,
      int from,
      int depth,
      float[] sums,
      int target) {
    for (int k = from; k < depth; k++) {
      long p = at + (long) k * (WIDTH * Float.BYTES);
      for (int n = 0; n < 4 * L; n++) {
        float weight = data.get(ValueLayout.JAVA_FLOAT, p + (long) n * Float.BYTES);
        sums[target + n] = Math.fma(x[xOffset + k], weight, sums[target + n]);
      }
    }
  }

  private static void bfloats(
      float[] x, int xOffset, MemorySegment data, long at, int depth, float[] sums, int target) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    int step = one;
    for (int k = 0; k < depth; k += step) {
      long p = at + (long) k * (WIDTH * Short.BYTES);
      FloatVector a = FloatVector.broadcast(F, x[xOffset + k]);
      s0 = a.fma(bfloats(data, p), s0);
      s1 = a.fma(bfloats(data, p + L * Short.BYTES), s1);
      s2 = a.fma(bfloats(data, p + 2 * L * Short.BYTES), s2);
      s3 = a.fma(bfloats(data, p + 3 * L * Short.BYTES), s3);
    }
    s0.intoArray(sums, target);
    s1.intoArray(sums, target + L);
    s2.intoArray(sums, target + 2 * L);
    s3.intoArray(sums, target + 3 * L);
  }

  private static void halves(
      float[] x, int xOffset, MemorySegment data, long at, int depth, float[] sums, int target) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    int step = one;
    for (int k = 0; k < depth; k += step) {
      long p = at + (long) k * (WIDTH * Short.BYTES);
      FloatVector a = FloatVector.broadcast(F, x[xOffset + k]);
      s0 = a.fma(halves(data, p), s0);
      s1 = a.fma(halves(data, p + L * Short.BYTES), s1);
      s2 = a.fma(halves(data, p + 2 * L * Short.BYTES), s2);
      s3 = a.fma(halves(data, p + 3 * L * Short.BYTES), s3);
    }
    s0.intoArray(sums, target);
    s1.intoArray(sums, target + L);
    s2.intoArray(sums, target + 2 * L);
    s3.intoArray(sums, target + 3 * L);
  }

  /** Vector {@code part} of the {@code input}th input from {@code at}. */
  private static FloatVector floats(MemorySegment data, long at, int input, int part) {
    int index = input * WIDTH + part * L;
    return FloatVector.fromMemorySegment(F, data, at + index * Float.BYTES, ORDER);
  }

  private static FloatVector bfloats(MemorySegment data, long at) {
    ShortVector bits = ShortVector.fromMemorySegment(S, data, at, ORDER);
    return ((IntVector) bits.convertShape(VectorOperators.S2I, I, 0))
        .lanewise(VectorOperators.LSHL, 16)
        .reinterpretAsFloats();
  }

  private static FloatVector halves(MemorySegment data, long at) {
    return Widening.halves(ShortVector.fromMemorySegment(S, data, at, ORDER));
  }
}
