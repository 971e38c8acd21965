package io.octavo.kernel;

/**
 * What becomes of the scores of queries with a block of keys, in every attention: weights relative
 * to the block's largest exponent, and their sum, which is added to the sum of the blocks before.
 * {@link CachedAttentionKernel} says how they are computed; every implementation gives the same
 * bits.
 */
@FunctionalInterface
public interface BlockWeights {
  /** Most queries of a call. */
  int MAX_QUERIES = 96;

  /** Length of the factors: two for each query, and room for a vector behind them. */
  int FACTORS = 2 * MAX_QUERIES + SumTree.LANES;

  /**
   * Replaces each query's scores by weights and adds them up.
   *
   * @param scores {@code [queries][WIDTH]}, {@link PanelMatrix#WIDTH}, of which {@code keys} count;
   *     becomes the weights, 0 for what does not count
   * @param queries number of queries, 1 to {@link #MAX_QUERIES}
   * @param keys number of keys, 1 to {@link PanelMatrix#WIDTH}
   * @param scale factor of the scores
   * @param sums the queries' sums so far, to which the block's are added
   * @param first the first query's sum
   * @param factors receives what merges the weighted values of a block: from 0 on the powers of two
   *     that what came before is multiplied with, and from {@link #MAX_QUERIES} on those of the
   *     block itself; {@link #FACTORS} long, what is behind a query's may be overwritten
   */
  void weigh(
      float[] scores,
      int queries,
      int keys,
      float scale,
      ExtendedSums sums,
      int first,
      float[] factors);
}
