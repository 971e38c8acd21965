package io.octavo.kernel;

/**
 * What becomes of the scores of queries with a block of keys, in every attention: weights relative
 * to the largest exponent, and their sum. {@link CachedAttentionKernel} says how they are computed;
 * every implementation gives the same bits.
 */
@FunctionalInterface
public interface BlockWeights {
  /**
   * Turns each query's scores into weights. The scores are overwritten.
   *
   * @param scores {@code [queries][WIDTH]}, {@link PanelMatrix#WIDTH}, of which {@code keys} count
   * @param queries number of queries, at least 1
   * @param keys number of keys, 1 to {@link PanelMatrix#WIDTH}
   * @param scale factor of the scores
   * @param work receives the weights as {@code [queries][WIDTH]}, 0 for what does not count, the
   *     largest exponent of each query from {@code exponents} on, and the weights' sums from {@code
   *     sums} on, behind which 15 places may be overwritten
   */
  void weigh(
      float[] scores, int queries, int keys, float scale, float[] work, int exponents, int sums);
}
