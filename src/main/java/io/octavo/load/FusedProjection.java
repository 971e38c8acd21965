package io.octavo.load;

import io.octavo.model.LinearWeights;
import io.octavo.tensor.OrderedMatrix;
import java.util.function.IntUnaryOperator;

/** Queries, keys and values that a checkpoint holds as one matrix, in some order of its rows. */
final class FusedProjection {
  private FusedProjection() {}

  /**
   * Rows that are, for each head, its queries, its keys and its values (BLOOM, GPT-NeoX, GLM).
   *
   * @param heads heads of each
   * @param headWidth features of a head
   */
  static LinearWeights byHead(LinearWeights fused, int heads, int headWidth) {
    int width = heads * headWidth;
    return ordered(
        fused,
        row -> {
          int part = row / width;
          int head = row % width / headWidth;
          return (head * 3 + part) * headWidth + row % headWidth;
        });
  }

  /**
   * Rows in groups of queries, values and keys, in this order (CodeGen).
   *
   * @param groups how many
   * @param width features of all queries
   */
  static LinearWeights byGroup(LinearWeights fused, int groups, int width) {
    int local = width / groups;
    int[] place = {0, 2, 1};
    return ordered(
        fused,
        row -> {
          int part = place[row / width];
          int group = row % width / local;
          return (group * 3 + part) * local + row % local;
        });
  }

  /** Two halves in the other order. */
  static LinearWeights swapped(LinearWeights fused) {
    int half = fused.weight().rows() / 2;
    return ordered(fused, row -> (row + half) % (2 * half));
  }

  private static LinearWeights ordered(LinearWeights fused, IntUnaryOperator order) {
    float[] bias = fused.bias();
    float[] target = bias == null ? null : new float[bias.length];
    for (int row = 0; target != null && bias != null && row < target.length; row++) {
      target[row] = bias[order.applyAsInt(row)];
    }
    return new LinearWeights(OrderedMatrix.of(fused.weight(), order), target);
  }
}
