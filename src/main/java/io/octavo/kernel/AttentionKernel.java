package io.octavo.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Scaled dot-product attention of one head over one sequence, every token seeing every token:
 * {@code out = softmax(scale * Q K' + B) V}, where {@code B} is absent or depends on the distance
 * {@code key - query} alone, blocked over the keys so that the scores never leave the cache, with
 * the sum of exponentials as (mantissa, exponent) as in two-pass softmax (section 3.1 of
 * arXiv:2001.04438 gives the arithmetic).
 *
 * <p>The written order: blocks of {@link #KEY_BLOCK} keys at fixed positions, in order. In a block,
 * scores are summed over the head's features in order by fused multiply-add and multiplied by
 * {@code scale}; the distance's bias, if there is one, is added to the product; {@code N} is the
 * largest exponent; weights are {@code mantissa * 2^(exponent - N)}; their sum uses 16 lanes and a
 * tree; the weighted values are summed over the keys in order by fused multiply-add. Blocks are
 * merged by powers of two, {@code fma(new, 2^(Nb - N), old * 2^(Na - N))}. So a token's result
 * depends on its own sequence only.
 */
public interface AttentionKernel {
  /** Keys in a block. */
  int KEY_BLOCK = 64;

  /**
   * Attends. Token {@code t}'s query starts at {@code x[query + t * stride]}, its key at {@code
   * x[key + t * stride]}, its value at {@code x[value + t * stride]}; its result goes to {@code
   * out[outOffset + t * outStride]}.
   *
   * @param x queries, keys and values
   * @param query offset of the first token's query
   * @param key offset of the first token's key
   * @param value offset of the first token's value
   * @param stride distance of one token to the next in {@code x}
   * @param tokens tokens of the sequence
   * @param headWidth features of the head, at most {@link PanelMatrix#BLOCK}
   * @param scale factor of the scores
   * @param bias what is added to the scaled score of query {@code q} and key {@code k} is {@code
   *     bias[biasOrigin + k - q]}, finite; null adds nothing
   * @param biasOrigin index of the distance 0, at least {@code tokens - 1} and with {@code tokens -
   *     1} elements behind it; without a bias it is not looked at
   * @param out the results
   * @param outOffset offset of the first token's result
   * @param outStride distance of one token to the next in {@code out}
   * @param scratch working memory
   */
  void attend(
      float[] x,
      int query,
      int key,
      int value,
      int stride,
      int tokens,
      int headWidth,
      float scale,
      float @Nullable [] bias,
      int biasOrigin,
      float[] out,
      int outOffset,
      int outStride,
      KernelScratch scratch);

  /** Attends without a bias. */
  default void attend(
      float[] x,
      int query,
      int key,
      int value,
      int stride,
      int tokens,
      int headWidth,
      float scale,
      float[] out,
      int outOffset,
      int outStride,
      KernelScratch scratch) {
    attend(
        x, query, key, value, stride, tokens, headWidth, scale, null, 0, out, outOffset, outStride,
        scratch);
  }
}
