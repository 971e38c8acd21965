package io.octavo.kernel;

import java.util.Arrays;

/** The definition of the weights of a block. */
public final class ScalarBlockWeights implements BlockWeights {
  private static final int WIDTH = PanelMatrix.WIDTH;

  /** Creates the kernel; it has no state. */
  public ScalarBlockWeights() {}

  @Override
  public void weigh(
      float[] scores,
      int queries,
      int keys,
      float scale,
      ExtendedSums sums,
      int first,
      float[] factors) {
    for (int q = 0; q < queries; q++) {
      ExtendedSum block = weigh(scores, q * WIDTH, keys, scale);
      float[] mantissas = sums.mantissas();
      float[] exponents = sums.exponents();
      ExtendedSum old = new ExtendedSum(mantissas[first + q], exponents[first + q]);
      ExtendedSum merged = old.add(block);
      factors[q] = old.scaleTo(merged.exponent());
      factors[MAX_QUERIES + q] = block.scaleTo(merged.exponent());
      mantissas[first + q] = merged.mantissa();
      exponents[first + q] = merged.exponent();
    }
  }

  /** Replaces a query's scores by weights relative to the largest exponent. */
  private static ExtendedSum weigh(float[] scores, int offset, int keys, float scale) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int j = offset; j < offset + keys; j++) {
      scores[j] *= scale;
      largest = Math.max(largest, ExtendedExp.exponent(scores[j]));
    }
    float[] lanes = new float[SumTree.LANES];
    for (int j = 0; j < keys; j++) {
      float score = scores[offset + j];
      float exponent = ExtendedExp.exponent(score);
      float weight =
          ExtendedExp.mantissa(score, exponent) * ExtendedExp.powerOfTwo(exponent - largest);
      scores[offset + j] = weight;
      lanes[j % SumTree.LANES] += weight;
    }
    Arrays.fill(scores, offset + keys, offset + WIDTH, 0f);
    return new ExtendedSum(SumTree.add(lanes), largest);
  }
}
