package io.octavo.kernel.vector;

import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Stored numbers, off-heap, to floats in an array that stays in the cache. */
final class Widening {
  private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
  private static final VectorSpecies<Integer> I = VectorWidth.INTS;
  private static final VectorSpecies<Short> S = VectorWidth.SHORTS;
  private static final VectorSpecies<Byte> B = VectorWidth.BYTES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int SIGN_AND_MAGNITUDE = 0x8FFFE000;

  private Widening() {}

  /** Reads {@code depth} inputs of a panel, from input {@code from}. */
  static void panel(PanelMatrix weights, int panel, int from, int depth, float[] target) {
    MemorySegment data = weights.data();
    long first = weights.index(panel, from);
    int count = depth * PanelMatrix.WIDTH;
    switch (weights.type()) {
      case F32 ->
          MemorySegment.copy(data, ValueLayout.JAVA_FLOAT, first * Float.BYTES, target, 0, count);
      case F16 -> halves(data, first * Short.BYTES, target, count);
      case BF16 -> bfloats(data, first * Short.BYTES, target, count);
      case I8 -> {
        int groups = (depth + weights.layout().group() - 1) / weights.layout().group();
        switch (weights.layout()) {
          case PORTABLE -> codes(data, first, target, count);
          case PAIRS ->
              pairs(data, weights.codeOffset(panel * PanelMatrix.WIDTH, from), target, groups);
          case QUADS ->
              quads(data, weights.codeOffset(panel * PanelMatrix.WIDTH, from), target, groups);
        }
      }
    }
  }

  /** Two inputs of an output side by side: the bytes of a short. */
  private static void pairs(MemorySegment data, long offset, float[] target, int groups) {
    for (int group = 0; group < groups; group++) {
      for (int n = 0; n < PanelMatrix.WIDTH; n += F.length()) {
        long at = offset + ((long) group * PanelMatrix.WIDTH + n) * Short.BYTES;
        IntVector both =
            (IntVector)
                ShortVector.fromMemorySegment(S, data, at, ORDER)
                    .convertShape(VectorOperators.S2I, I, 0);
        int first = 2 * group * PanelMatrix.WIDTH + n;
        store(both.lanewise(VectorOperators.LSHL, 24), target, first);
        store(both.lanewise(VectorOperators.LSHL, 16), target, first + PanelMatrix.WIDTH);
      }
    }
  }

  /** Four inputs of an output side by side: the bytes of an int. */
  private static void quads(MemorySegment data, long offset, float[] target, int groups) {
    for (int group = 0; group < groups; group++) {
      for (int n = 0; n < PanelMatrix.WIDTH; n += F.length()) {
        long at = offset + ((long) group * PanelMatrix.WIDTH + n) * Integer.BYTES;
        IntVector four = IntVector.fromMemorySegment(I, data, at, ORDER);
        int first = 4 * group * PanelMatrix.WIDTH + n;
        store(four.lanewise(VectorOperators.LSHL, 24), target, first);
        store(four.lanewise(VectorOperators.LSHL, 16), target, first + PanelMatrix.WIDTH);
        store(four.lanewise(VectorOperators.LSHL, 8), target, first + 2 * PanelMatrix.WIDTH);
        store(four, target, first + 3 * PanelMatrix.WIDTH);
      }
    }
  }

  /** The code in the highest byte of each int. */
  private static void store(IntVector shifted, float[] target, int at) {
    ((FloatVector)
            shifted.lanewise(VectorOperators.ASHR, 24).convertShape(VectorOperators.I2F, F, 0))
        .intoArray(target, at);
  }

  /** Codes of activations, unsigned with a bias, to the integers they stand for. */
  static void activations(byte[] x, int offset, int count, float[] target) {
    int i = 0;
    for (; i <= count - B.length(); i += B.length()) {
      // Taking 128 off an unsigned byte flips the sign of the same bits.
      widen(
          ByteVector.fromArray(B, x, offset + i).lanewise(VectorOperators.XOR, Byte.MIN_VALUE),
          target,
          i);
    }
    for (; i < count; i++) {
      target[i] = Byte.toUnsignedInt(x[offset + i]) - MatrixProductKernel.CODE_BIAS;
    }
  }

  private static void codes(MemorySegment data, long offset, float[] target, int count) {
    for (int i = 0; i < count; i += B.length()) {
      widen(ByteVector.fromMemorySegment(B, data, offset + i, ORDER), target, i);
    }
  }

  private static void widen(ByteVector codes, float[] target, int at) {
    ((FloatVector) codes.convertShape(VectorOperators.B2F, F, 0)).intoArray(target, at);
    if (VectorWidth.BYTE_PARTS == 2) {
      ((FloatVector) codes.convertShape(VectorOperators.B2F, F, 1))
          .intoArray(target, at + F.length());
    }
  }

  private static void bfloats(MemorySegment data, long offset, float[] target, int count) {
    for (int i = 0; i < count; i += F.length()) {
      ShortVector bits =
          ShortVector.fromMemorySegment(S, data, offset + (long) i * Short.BYTES, ORDER);
      ((IntVector) bits.convertShape(VectorOperators.S2I, I, 0))
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(target, i);
    }
  }

  private static void halves(MemorySegment data, long offset, float[] target, int count) {
    for (int i = 0; i < count; i += F.length()) {
      halves(ShortVector.fromMemorySegment(S, data, offset + (long) i * Short.BYTES, ORDER))
          .intoArray(target, i);
    }
  }

  /**
   * Finite binary16 numbers without a conversion instruction, which the Vector API does not have:
   * sign and magnitude moved to their places in a float and multiplied by 2^112, which also makes
   * subnormals right. ({@link PanelMatrix} holds no others.)
   */
  static FloatVector halves(ShortVector halves) {
    return ((IntVector) halves.convertShape(VectorOperators.S2I, I, 0))
        .lanewise(VectorOperators.LSHL, 13)
        .and(SIGN_AND_MAGNITUDE)
        .reinterpretAsFloats()
        .mul(0x1p112f);
  }
}
