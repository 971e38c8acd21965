package io.octavo.kernel.vector;

import io.octavo.kernel.AttentionParts;
import io.octavo.kernel.ExtendedExp;
import io.octavo.kernel.PanelMatrix;
import io.octavo.kernel.SumTree;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** What becomes of the scores and the weighted values of a block of keys, in every attention. */
final class AttentionWeights {
  private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
  private static final int L = F.length();
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int LANES = SumTree.LANES;
  private static final VectorShuffle<Float> BY_8 = VectorShuffle.iota(F, 8, 1, true);
  private static final VectorShuffle<Float> BY_4 = VectorShuffle.iota(F, 4, 1, true);
  private static final VectorShuffle<Float> BY_2 = VectorShuffle.iota(F, 2, 1, true);
  private static final VectorShuffle<Float> BY_1 = VectorShuffle.iota(F, 1, 1, true);

  /** The parts of attention on the Vector API. */
  static final AttentionParts PARTS =
      new AttentionParts(FmaTile::multiply, AttentionWeights::weigh);

  private AttentionWeights() {}

  /**
   * Turns each query's scores into weights relative to the largest exponent, and leaves that and
   * the weights' sum: in 16 lanes, and then as a tree, in one register if it holds them. All in one
   * method, too large for C2 to inline: in pieces it would inline until it reaches a limit, and
   * what is left of the vectors would be objects.
   *
   * @param scores {@code [queries][WIDTH]}, of which {@code keys} count
   * @param work receives the weights as {@code [queries][WIDTH]}, the exponents from {@code
   *     exponents} on, and the sums from {@code sums} on, behind which 15 places are overwritten
   */
  static void weigh(
      float[] scores, int queries, int keys, float scale, float[] work, int exponents, int sums) {
    for (int q = 0; q < queries; q++) {
      int offset = q * WIDTH;
      // A repeated score does not change the maximum; its weight is erased below.
      Arrays.fill(scores, offset + keys, offset + WIDTH, scores[offset]);
      FloatVector most = FloatVector.fromArray(F, scores, offset);
      for (int j = L; j < WIDTH; j += L) {
        most = most.max(FloatVector.fromArray(F, scores, offset + j));
      }
      // Scaling and rounding keep the order, so the largest exponent is the largest score's.
      float largest = ExtendedExp.exponent(most.reduceLanes(VectorOperators.MAX) * scale);
      for (int j = 0; j < WIDTH; j += L) {
        FloatVector score = FloatVector.fromArray(F, scores, offset + j).mul(scale);
        FloatVector exponent =
            score.mul(ExtendedExp.LOG2_E).add(ExtendedExp.ROUND).sub(ExtendedExp.ROUND);
        FloatVector t =
            exponent.fma(
                FloatVector.broadcast(F, ExtendedExp.MINUS_LN2_LOW),
                exponent.fma(FloatVector.broadcast(F, ExtendedExp.MINUS_LN2_HIGH), score));
        FloatVector mantissa =
            t.fma(
                FloatVector.broadcast(F, ExtendedExp.C5), FloatVector.broadcast(F, ExtendedExp.C4));
        mantissa = mantissa.fma(t, FloatVector.broadcast(F, ExtendedExp.C3));
        mantissa = mantissa.fma(t, FloatVector.broadcast(F, ExtendedExp.C2));
        mantissa = mantissa.fma(t, FloatVector.broadcast(F, ExtendedExp.C1));
        mantissa = mantissa.fma(t, FloatVector.broadcast(F, 1f));
        FloatVector power =
            exponent
                .sub(largest)
                .max(ExtendedExp.SMALLEST_EXPONENT)
                .add(ExtendedExp.EXPONENT_BIAS)
                .reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, 23)
                .reinterpretAsFloats();
        mantissa.mul(power).intoArray(work, offset + j);
      }
      Arrays.fill(work, offset + keys, offset + WIDTH, 0f);
      int target = sums + q;
      for (int lane = 0; lane < LANES; lane += L) {
        FloatVector.fromArray(F, work, offset + lane)
            .add(FloatVector.fromArray(F, work, offset + lane + LANES))
            .add(FloatVector.fromArray(F, work, offset + lane + 2 * LANES))
            .add(FloatVector.fromArray(F, work, offset + lane + 3 * LANES))
            .intoArray(work, target + lane);
      }
      if (L == LANES) {
        FloatVector sum = FloatVector.fromArray(F, work, target);
        sum = sum.add(sum.rearrange(BY_8));
        sum = sum.add(sum.rearrange(BY_4));
        sum = sum.add(sum.rearrange(BY_2));
        // The places behind the first are the next queries'.
        sum.add(sum.rearrange(BY_1)).intoArray(work, target);
      } else {
        for (int half = LANES / 2; half > 0; half /= 2) {
          for (int lane = 0; lane < half; lane++) {
            work[target + lane] += work[target + lane + half];
          }
        }
      }
      work[exponents + q] = largest;
    }
  }

  /** {@code out = fma(sums, newFactor, out * oldFactor)}. */
  static void merge(
      float[] sums,
      int offset,
      int width,
      float oldFactor,
      float newFactor,
      float[] out,
      int target) {
    int d = 0;
    for (; d <= width - L; d += L) {
      FloatVector.fromArray(F, sums, offset + d)
          .fma(
              FloatVector.broadcast(F, newFactor),
              FloatVector.fromArray(F, out, target + d).mul(oldFactor))
          .intoArray(out, target + d);
    }
    for (; d < width; d++) {
      out[target + d] = Math.fma(sums[offset + d], newFactor, out[target + d] * oldFactor);
    }
  }
}
