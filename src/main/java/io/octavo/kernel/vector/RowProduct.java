package io.octavo.kernel.vector;

import io.octavo.kernel.PanelMatrix;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of one row with a block of a panel, straight from off-heap memory: for so few rows the
 * detour over a widened panel costs more than the product. The sums are those of {@link FmaTile},
 * to the bit.
 */
final class RowProduct {
  private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
  private static final VectorSpecies<Integer> I = VectorWidth.INTS;
  private static final VectorSpecies<Short> S = VectorWidth.SHORTS;
  private static final VectorSpecies<Byte> B = VectorWidth.BYTES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int L = F.length();
  private static final int WIDTH = PanelMatrix.WIDTH;

  private RowProduct() {}

  /** Whether this JVM's vectors serve it; at 128 bits there is no vector of four bytes. */
  static boolean serves() {
    return VectorWidth.BYTE_PARTS == 1;
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
      switch (weights.type()) {
        case F32 ->
            floats(x, xOffset, data, (first + column) * Float.BYTES, depth, sums, target + column);
        case F16 ->
            halves(x, xOffset, data, (first + column) * Short.BYTES, depth, sums, target + column);
        case BF16 ->
            bfloats(x, xOffset, data, (first + column) * Short.BYTES, depth, sums, target + column);
        case I8 -> codes(x, xOffset, data, first + column, depth, sums, target + column);
      }
    }
  }

  private static void floats(
      float[] x, int xOffset, MemorySegment data, long at, int depth, float[] sums, int target) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    long p = at;
    for (int k = 0; k < depth; k++) {
      FloatVector a = FloatVector.broadcast(F, x[xOffset + k]);
      FloatVector w0 = FloatVector.fromMemorySegment(F, data, p, ORDER);
      s0 = a.fma(w0, s0);
      FloatVector w1 = FloatVector.fromMemorySegment(F, data, p + L * Float.BYTES, ORDER);
      s1 = a.fma(w1, s1);
      FloatVector w2 = FloatVector.fromMemorySegment(F, data, p + 2 * L * Float.BYTES, ORDER);
      s2 = a.fma(w2, s2);
      FloatVector w3 = FloatVector.fromMemorySegment(F, data, p + 3 * L * Float.BYTES, ORDER);
      s3 = a.fma(w3, s3);
      p += WIDTH * Float.BYTES;
    }
    s0.intoArray(sums, target);
    s1.intoArray(sums, target + L);
    s2.intoArray(sums, target + 2 * L);
    s3.intoArray(sums, target + 3 * L);
  }

  private static void bfloats(
      float[] x, int xOffset, MemorySegment data, long at, int depth, float[] sums, int target) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    long p = at;
    for (int k = 0; k < depth; k++) {
      FloatVector a = FloatVector.broadcast(F, x[xOffset + k]);
      FloatVector w0 = bfloats(data, p);
      s0 = a.fma(w0, s0);
      FloatVector w1 = bfloats(data, p + L * Short.BYTES);
      s1 = a.fma(w1, s1);
      FloatVector w2 = bfloats(data, p + 2 * L * Short.BYTES);
      s2 = a.fma(w2, s2);
      FloatVector w3 = bfloats(data, p + 3 * L * Short.BYTES);
      s3 = a.fma(w3, s3);
      p += WIDTH * Short.BYTES;
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
    long p = at;
    for (int k = 0; k < depth; k++) {
      FloatVector a = FloatVector.broadcast(F, x[xOffset + k]);
      FloatVector w0 = halves(data, p);
      s0 = a.fma(w0, s0);
      FloatVector w1 = halves(data, p + L * Short.BYTES);
      s1 = a.fma(w1, s1);
      FloatVector w2 = halves(data, p + 2 * L * Short.BYTES);
      s2 = a.fma(w2, s2);
      FloatVector w3 = halves(data, p + 3 * L * Short.BYTES);
      s3 = a.fma(w3, s3);
      p += WIDTH * Short.BYTES;
    }
    s0.intoArray(sums, target);
    s1.intoArray(sums, target + L);
    s2.intoArray(sums, target + 2 * L);
    s3.intoArray(sums, target + 3 * L);
  }

  private static void codes(
      float[] x, int xOffset, MemorySegment data, long at, int depth, float[] sums, int target) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    long p = at;
    for (int k = 0; k < depth; k++) {
      FloatVector a = FloatVector.broadcast(F, x[xOffset + k]);
      FloatVector w0 = codes(data, p);
      s0 = a.fma(w0, s0);
      FloatVector w1 = codes(data, p + L);
      s1 = a.fma(w1, s1);
      FloatVector w2 = codes(data, p + 2 * L);
      s2 = a.fma(w2, s2);
      FloatVector w3 = codes(data, p + 3 * L);
      s3 = a.fma(w3, s3);
      p += WIDTH;
    }
    s0.intoArray(sums, target);
    s1.intoArray(sums, target + L);
    s2.intoArray(sums, target + 2 * L);
    s3.intoArray(sums, target + 3 * L);
  }

  private static FloatVector codes(MemorySegment data, long at) {
    return (FloatVector)
        ByteVector.fromMemorySegment(B, data, at, ORDER).convertShape(VectorOperators.B2F, F, 0);
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
