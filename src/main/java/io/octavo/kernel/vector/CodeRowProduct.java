package io.octavo.kernel.vector;

import io.octavo.kernel.PanelMatrix;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product of one row of codes with a panel of codes, straight from off-heap memory. Two
 * products of codes are added in 16 bits, which is exact while one factor of each is above -128 (2
 * * 127 * 128 is below 2^15), and then in 32 bits, the outputs of even and of odd number apart.
 *
 * <p>As in {@link RowProduct}, C2 does not get to know the stride of the loop.
 */
final class CodeRowProduct {
  private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
  private static final VectorSpecies<Integer> I = VectorWidth.INTS;
  private static final VectorSpecies<Short> S = VectorWidth.WIDE_SHORTS;
  private static final VectorSpecies<Byte> B = VectorWidth.HALF_BYTES;
  private static final VectorShuffle<Integer> LOWER = VectorShuffle.makeZip(I, 0);
  private static final VectorShuffle<Integer> UPPER = VectorShuffle.makeZip(I, 1);
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Outputs whose codes fill one vector of shorts. */
  private static final int HALF = S.length();

  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int HIGH = 16;

  /** Not final, so that C2 takes it for a variable. */
  private static int two = 2;

  private CodeRowProduct() {}

  /** Whether the product of these codes is exact whatever the weights: none is -128. */
  static boolean serves(float[] x, int offset, int count) {
    FloatVector least = FloatVector.zero(F);
    int i = 0;
    for (; i <= count - F.length(); i += F.length()) {
      least = least.min(FloatVector.fromArray(F, x, offset + i));
    }
    float smallest = least.reduceLanes(VectorOperators.MIN);
    for (; i < count; i++) {
      smallest = Math.min(smallest, x[offset + i]);
    }
    return smallest > Byte.MIN_VALUE;
  }

  /** {@code y[target + n] = sum over k of x[xOffset + k] * w[n][k]} for the panel's outputs. */
  static void multiply(
      float[] x, int xOffset, PanelMatrix weights, int panel, int[] y, int target) {
    long first = weights.index(panel, 0);
    for (int column = 0; column < WIDTH; column += 2 * HALF) {
      multiply(x, xOffset, weights.data(), first + column, weights.inputs(), y, target + column);
    }
  }

  private static void multiply(
      float[] x, int xOffset, MemorySegment data, long at, int depth, int[] y, int target) {
    IntVector even0 = IntVector.zero(I);
    IntVector odd0 = IntVector.zero(I);
    IntVector even1 = IntVector.zero(I);
    IntVector odd1 = IntVector.zero(I);
    int step = two;
    int k = 0;
    for (; k < depth - 1; k += step) {
      long p = at + (long) k * WIDTH;
      ShortVector a = ShortVector.broadcast(S, (short) x[xOffset + k]);
      ShortVector b = ShortVector.broadcast(S, (short) x[xOffset + k + 1]);
      IntVector pair0 =
          a.mul(codes(data, p)).add(b.mul(codes(data, p + WIDTH))).reinterpretAsInts();
      even0 = even0.add(low(pair0));
      odd0 = odd0.add(high(pair0));
      IntVector pair1 =
          a.mul(codes(data, p + HALF))
              .add(b.mul(codes(data, p + WIDTH + HALF)))
              .reinterpretAsInts();
      even1 = even1.add(low(pair1));
      odd1 = odd1.add(high(pair1));
    }
    if (k < depth) {
      long p = at + (long) k * WIDTH;
      ShortVector a = ShortVector.broadcast(S, (short) x[xOffset + k]);
      IntVector single0 = a.mul(codes(data, p)).reinterpretAsInts();
      even0 = even0.add(low(single0));
      odd0 = odd0.add(high(single0));
      IntVector single1 = a.mul(codes(data, p + HALF)).reinterpretAsInts();
      even1 = even1.add(low(single1));
      odd1 = odd1.add(high(single1));
    }
    even0.rearrange(LOWER, odd0).intoArray(y, target);
    even0.rearrange(UPPER, odd0).intoArray(y, target + I.length());
    even1.rearrange(LOWER, odd1).intoArray(y, target + HALF);
    even1.rearrange(UPPER, odd1).intoArray(y, target + HALF + I.length());
  }

  private static ShortVector codes(MemorySegment data, long at) {
    return (ShortVector)
        ByteVector.fromMemorySegment(B, data, at, ORDER).convertShape(VectorOperators.B2S, S, 0);
  }

  private static IntVector low(IntVector pairs) {
    return pairs.lanewise(VectorOperators.LSHL, HIGH).lanewise(VectorOperators.ASHR, HIGH);
  }

  private static IntVector high(IntVector pairs) {
    return pairs.lanewise(VectorOperators.ASHR, HIGH);
  }
}
