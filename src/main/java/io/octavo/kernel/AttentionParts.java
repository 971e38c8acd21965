package io.octavo.kernel;

/**
 * What an attention over blocks of keys is made of.
 *
 * @param tile the scores: products of queries and keys
 * @param weights what becomes of them
 * @param values the values, weighted and added up
 */
public record AttentionParts(TileProduct tile, BlockWeights weights, WeightedValues values) {
  /**
   * Weighs the scores of a block of keys, and adds its values to what queries have.
   *
   * @param scores {@code [queries][WIDTH]}, of which {@code keys} count; overwritten
   * @param scale factor of the scores
   * @param sums the queries' sums so far
   * @param first the first query's sum
   * @param block holds the values in panels of {@link AttentionKernel#KEY_BLOCK} keys
   * @param panel offset of the first panel
   * @param headWidth features of a value
   * @param out what queries have so far
   * @param outOffset offset of the first query's features
   * @param outStride distance of one query to the next in {@code out}
   * @param scratch working memory
   */
  void accumulate(
      float[] scores,
      int queries,
      int keys,
      float scale,
      ExtendedSums sums,
      int first,
      float[] block,
      int panel,
      int headWidth,
      float[] out,
      int outOffset,
      int outStride,
      KernelScratch scratch) {
    float[] factors = scratch.factors(BlockWeights.FACTORS);
    weights.weigh(scores, queries, keys, scale, sums, first, factors);
    for (int d = 0; d < headWidth; d += PanelMatrix.WIDTH) {
      values.add(
          scores,
          queries,
          block,
          panel + d * AttentionKernel.KEY_BLOCK,
          keys,
          factors,
          Math.min(PanelMatrix.WIDTH, headWidth - d),
          out,
          outOffset + d,
          outStride,
          scratch);
    }
  }
}
