package io.octavo.model;

import java.util.HashSet;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * What sentence-transformers' Pooling module does: one mode, or several whose vectors are put one
 * behind the other, with or without the tokens of the prompt.
 *
 * @param width features of a token's output
 * @param modes at least one, each at most once, in the order of the result
 * @param includePrompt whether a prompt's tokens are pooled like the text's
 */
public record PoolingPlan(int width, List<Pooling> modes, boolean includePrompt) {
  /** Refuses what cannot be pooled. */
  public PoolingPlan {
    modes = List.copyOf(modes);
    if (width < 1) {
      throw new IllegalArgumentException("A token has at least 1 feature, not " + width);
    }
    if (modes.isEmpty() || new HashSet<>(modes).size() < modes.size()) {
      throw new IllegalArgumentException("Each mode at most once, and at least one: " + modes);
    }
  }

  /** One mode, the prompt included. */
  public static PoolingPlan of(Pooling mode, int width) {
    return new PoolingPlan(width, List.of(mode), true);
  }

  /** Features of the result. */
  public int outputs() {
    return Math.multiplyExact(width, modes.size());
  }

  /**
   * Pools tokens {@code [first, last)} of {@code [tokens, width]} to {@link #outputs()} features.
   *
   * @param promptTokens tokens of the prompt that the sequence begins with, the special tokens
   *     before it included; see {@link #promptTokens}. Left out unless {@link #includePrompt}: the
   *     weights of {@link Pooling#WEIGHTED_MEAN} count on from the sequence's first token, and
   *     {@link Pooling#CLS} is that token in either case.
   */
  public float[] pool(float[] tokens, int first, int last, int promptTokens) {
    float[] pooled = new float[outputs()];
    int skipped = includePrompt ? 0 : promptTokens;
    for (int i = 0; i < modes.size(); i++) {
      modes.get(i).pool(tokens, first, last, width, skipped, pooled, i * width);
    }
    return pooled;
  }

  /**
   * The tokens that a prompt takes at the beginning of a sequence, as the library counts them: all
   * that encoding the prompt alone gives, without a special token at the end.
   *
   * @param ids the prompt alone, encoded as texts are, special tokens included
   * @param special whether an id is a special token's
   */
  public static int promptTokens(int[] ids, IntPredicate special) {
    boolean closed = ids.length > 0 && special.test(ids[ids.length - 1]);
    return closed ? ids.length - 1 : ids.length;
  }
}
