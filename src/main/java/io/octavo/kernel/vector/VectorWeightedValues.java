package io.octavo.kernel.vector;

import io.octavo.kernel.BlockWeights;
import io.octavo.kernel.ExtendedSums;
import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.PanelMatrix;
import io.octavo.kernel.WeightedValues;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Weighted values on the register tile. */
final class VectorWeightedValues implements WeightedValues {
  private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
  private static final int L = F.length();
  private static final int WIDTH = PanelMatrix.WIDTH;

  @Override
  public void add(
      float[] weights,
      int queries,
      float[] panel,
      int panelOffset,
      int keys,
      float[] factors,
      int width,
      float[] out,
      int outOffset,
      int outStride,
      KernelScratch scratch) {
    float[] sums = scratch.wide(BlockWeights.MAX_QUERIES * WIDTH);
    FmaTile.multiply(weights, 0, WIDTH, queries, panel, panelOffset, keys, width, sums, 0, WIDTH);
    for (int q = 0; q < queries; q++) {
      float newFactor = factors[BlockWeights.MAX_QUERIES + q];
      merge(sums, q * WIDTH, width, factors[q], newFactor, out, outOffset + q * outStride);
    }
  }

  private static void merge(
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

  @Override
  public void divide(
      ExtendedSums sums,
      int first,
      int queries,
      int width,
      float[] out,
      int outOffset,
      int outStride) {
    for (int q = 0; q < queries; q++) {
      float inverse = 1f / sums.mantissas()[first + q];
      int begin = outOffset + q * outStride;
      for (int d = begin; d < begin + width; d++) {
        out[d] *= inverse;
      }
    }
  }
}
