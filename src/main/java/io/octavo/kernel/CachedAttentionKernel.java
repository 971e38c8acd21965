package io.octavo.kernel;

/**
 * Scaled dot-product attention of rows of queries over one block of keys and values of a cache,
 * where each row sees the keys up to its own position: {@code softmax(cap(scale * Q K') + slope *
 * (key - query)) V}, accumulated from block to block with the sum of exponentials as (mantissa,
 * exponent) as in two-pass softmax (section 3.1 of arXiv:2001.04438 gives the arithmetic).
 *
 * <p>The written order: blocks of {@link AttentionKernel#KEY_BLOCK} keys at fixed absolute
 * positions, in order; a row leaves out the blocks of which it sees nothing. In a block, scores are
 * summed over the head's features in order by fused multiply-add and multiplied by {@code scale};
 * with a cap they are divided by it, replaced by {@link Activation#TANH} and multiplied by it; with
 * a slope, its product with the distance is added. {@code N} is the largest exponent of the keys
 * that are seen; their weights are {@code mantissa * 2^(exponent - N)} and 0 for the others; the
 * weights' sum uses 16 lanes and a tree; the weighted values are summed over the keys in order by
 * fused multiply-add. Blocks are merged by powers of two, {@code fma(new, 2^(Nb - N), old * 2^(Na -
 * N))}. So the result for a token depends on the tokens before it alone, and not on which others
 * share the call. Every implementation gives the same bits.
 *
 * <p>A block of keys and values of one head lies in an array: the keys feature by feature, {@code
 * [headWidth][KEY_BLOCK]}, and the values in panels, {@code [ceil(headWidth / WIDTH)][KEY_BLOCK]
 * [WIDTH]}, where {@code WIDTH} is {@link PanelMatrix#WIDTH}; features beyond the last are 0. What
 * lies at keys that no row sees has to be finite.
 */
public interface CachedAttentionKernel {
  /** Most rows of a call. */
  int MAX_ROWS = 64;

  /**
   * Adds a block to the state and the results of rows.
   *
   * @param x the queries; that of row {@code r} starts at {@code x[query + r * stride]}
   * @param query offset of the first row's query
   * @param stride distance of one row to the next in {@code x}
   * @param rows the rows' positions and what was accumulated so far
   * @param first index in {@code rows} of the first row; each sees at least one key of the block
   * @param count number of rows, at most {@link #MAX_ROWS}
   * @param block holds the keys and the values
   * @param keys offset of the keys
   * @param values offset of the values
   * @param from position of the block's first key
   * @param form what all rows and blocks have in common
   * @param out the results so far; zeros before the first block
   * @param outOffset offset of the first row's result
   * @param outStride distance of one row to the next in {@code out}
   * @param scratch working memory
   */
  void attend(
      float[] x,
      int query,
      int stride,
      AttentionRows rows,
      int first,
      int count,
      float[] block,
      int keys,
      int values,
      int from,
      AttentionForm form,
      float[] out,
      int outOffset,
      int outStride,
      KernelScratch scratch);

  /**
   * Divides results by the sums of their weights, once all blocks were added: multiplies with
   * {@code 1 / mantissa}.
   *
   * @param rows what the rows accumulated
   * @param first index in {@code rows} of the first row
   * @param count number of rows, at least 1
   * @param headWidth features of a row
   * @param out the results
   * @param outOffset offset of the first row's result
   * @param outStride distance of one row to the next in {@code out}
   */
  void divide(
      AttentionRows rows,
      int first,
      int count,
      int headWidth,
      float[] out,
      int outOffset,
      int outStride);
}
