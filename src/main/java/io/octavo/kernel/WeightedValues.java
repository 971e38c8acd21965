package io.octavo.kernel;

/**
 * The values of a block of keys, weighted and added to what queries have so far, in every
 * attention. {@link CachedAttentionKernel} says in which order; every implementation gives the same
 * bits.
 */
public interface WeightedValues {
  /**
   * {@code out = fma(sum, new, out * old)}, where {@code sum} is that over the keys, in order by
   * fused multiply-add, of {@code weights[query * WIDTH + key] * panel[panelOffset + key * WIDTH +
   * feature]}, and {@code old} and {@code new} are the query's factors.
   *
   * @param weights {@code [queries][WIDTH]}, {@link PanelMatrix#WIDTH}
   * @param queries number of queries, 1 to {@link BlockWeights#MAX_QUERIES}
   * @param panel holds the values, {@code [keys][WIDTH]}
   * @param panelOffset offset of the first key's values
   * @param keys number of keys, 1 to {@link PanelMatrix#WIDTH}
   * @param factors as {@link BlockWeights} leaves them
   * @param width features, 1 to {@link PanelMatrix#WIDTH}
   * @param out what queries have so far, which is replaced
   * @param outOffset offset of the first query's features
   * @param outStride distance of one query to the next in {@code out}
   * @param scratch working memory, of which weights and factors may be parts
   */
  void add(
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
      KernelScratch scratch);

  /**
   * Divides what queries have by the sums of their weights: multiplies with {@code 1 / mantissa}.
   *
   * @param sums the queries' sums
   * @param first the first query's sum
   * @param queries number of queries, at least 1
   * @param width features, at least 1
   * @param out what queries have
   * @param outOffset offset of the first query's features
   * @param outStride distance of one query to the next in {@code out}
   */
  void divide(
      ExtendedSums sums,
      int first,
      int queries,
      int width,
      float[] out,
      int outOffset,
      int outStride);
}
