package io.octavo.kernel.vector;

import io.octavo.kernel.BlockWeights;
import io.octavo.kernel.ExtendedExp;
import io.octavo.kernel.ExtendedSums;
import io.octavo.kernel.PanelMatrix;
import io.octavo.kernel.SumTree;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The weights of a block of keys on the Vector API. */
final class VectorBlockWeights implements BlockWeights {
  private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
  private static final int L = F.length();
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int LANES = SumTree.LANES;
  private static final VectorShuffle<Float> BY_8 = VectorShuffle.iota(F, 8, 1, true);
  private static final VectorShuffle<Float> BY_4 = VectorShuffle.iota(F, 4, 1, true);
  private static final VectorShuffle<Float> BY_2 = VectorShuffle.iota(F, 2, 1, true);
  private static final VectorShuffle<Float> BY_1 = VectorShuffle.iota(F, 1, 1, true);

  @Override
  public void weigh(
      float[] scores,
      int queries,
      int keys,
      float scale,
      ExtendedSums sums,
      int first,
      float[] factors) {
    weigh(scores, queries, keys, scale, factors);
    accumulate(factors, queries, sums.mantissas(), sums.exponents(), first);
  }

  /**
   * Turns each query's scores into weights relative to the largest exponent, and leaves that and
   * the weights' sum: in 16 lanes, and then as a tree, in one register if it holds them. All in one
   * method, too large for C2 to inline: in pieces it would inline until it reaches a limit, and
   * what is left of the vectors would be objects.
   *
   * @param factors receives the exponents, and the sums from {@link #MAX_QUERIES} on, behind which
   *     15 places are overwritten
   */
  private static void weigh(float[] scores, int queries, int keys, float scale, float[] factors) {
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
        mantissa.mul(power).intoArray(scores, offset + j);
      }
      Arrays.fill(scores, offset + keys, offset + WIDTH, 0f);
      int target = MAX_QUERIES + q;
      for (int lane = 0; lane < LANES; lane += L) {
        FloatVector.fromArray(F, scores, offset + lane)
            .add(FloatVector.fromArray(F, scores, offset + lane + LANES))
            .add(FloatVector.fromArray(F, scores, offset + lane + 2 * LANES))
            .add(FloatVector.fromArray(F, scores, offset + lane + 3 * LANES))
            .intoArray(factors, target + lane);
      }
      if (L == LANES) {
        FloatVector sum = FloatVector.fromArray(F, factors, target);
        sum = sum.add(sum.rearrange(BY_8));
        sum = sum.add(sum.rearrange(BY_4));
        sum = sum.add(sum.rearrange(BY_2));
        // The places behind the first are the next queries'.
        sum.add(sum.rearrange(BY_1)).intoArray(factors, target);
      } else {
        for (int half = LANES / 2; half > 0; half /= 2) {
          for (int lane = 0; lane < half; lane++) {
            factors[target + lane] += factors[target + lane + half];
          }
        }
      }
      factors[q] = largest;
    }
  }

  /**
   * Adds the block's sums to the queries' and replaces exponents and sums by the factors that merge
   * the block's values, as {@link io.octavo.kernel.ExtendedSum#add} and {@link
   * io.octavo.kernel.ExtendedSum#scaleTo} do.
   */
  private static void accumulate(
      float[] factors, int queries, float[] mantissas, float[] exponents, int first) {
    int q = 0;
    for (; q <= queries - L; q += L) {
      FloatVector oldExponent = FloatVector.fromArray(F, exponents, first + q);
      FloatVector newExponent = FloatVector.fromArray(F, factors, q);
      FloatVector larger = oldExponent.max(newExponent);
      // Powers of two as in ExtendedExp, and what is added makes NaN of NaN.
      FloatVector oldPower = oldExponent.sub(larger).max(ExtendedExp.SMALLEST_EXPONENT);
      FloatVector oldFactor =
          oldPower
              .add(ExtendedExp.EXPONENT_BIAS)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 23)
              .reinterpretAsFloats()
              .add(oldPower.mul(0f));
      FloatVector newPower = newExponent.sub(larger).max(ExtendedExp.SMALLEST_EXPONENT);
      FloatVector newFactor =
          newPower
              .add(ExtendedExp.EXPONENT_BIAS)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 23)
              .reinterpretAsFloats()
              .add(newPower.mul(0f));
      FloatVector.fromArray(F, mantissas, first + q)
          .mul(oldFactor)
          .add(FloatVector.fromArray(F, factors, MAX_QUERIES + q).mul(newFactor))
          .intoArray(mantissas, first + q);
      larger.intoArray(exponents, first + q);
      oldFactor.intoArray(factors, q);
      newFactor.intoArray(factors, MAX_QUERIES + q);
    }
    for (; q < queries; q++) {
      float larger = Math.max(exponents[first + q], factors[q]);
      float oldFactor = factor(exponents[first + q] - larger);
      float newFactor = factor(factors[q] - larger);
      mantissas[first + q] =
          mantissas[first + q] * oldFactor + factors[MAX_QUERIES + q] * newFactor;
      exponents[first + q] = larger;
      factors[q] = oldFactor;
      factors[MAX_QUERIES + q] = newFactor;
    }
  }

  /** The power of two that merges, and NaN for NaN. */
  private static float factor(float exponent) {
    return Float.isNaN(exponent) ? Float.NaN : ExtendedExp.powerOfTwo(exponent);
  }
}
