package io.octavo.model;

import java.util.Arrays;

/**
 * How token outputs become one vector: the modes of sentence-transformers' Pooling module, for
 * sequences without padding. Sums are in double, in token order.
 */
public enum Pooling {
  /** Their mean, special tokens included. */
  MEAN,
  /** The first token's. */
  CLS,
  /** The largest of each feature. */
  MAX,
  /** Their sum over the square root of their number. */
  MEAN_SQRT_LENGTH,
  /**
   * Their mean weighted by position, the first token once, the second twice and so on
   * (arXiv:2202.08904).
   */
  WEIGHTED_MEAN,
  /** The last token's. */
  LAST;

  /** Pools tokens {@code [first, last)} of {@code [tokens, width]}; no tokens give zeros. */
  public float[] pool(float[] tokens, int first, int last, int width) {
    float[] pooled = new float[width];
    pool(tokens, first, last, width, 0, pooled, 0);
    return pooled;
  }

  /**
   * Pools without the first {@code skipped} tokens, which keep their positions: the weights of
   * {@link #WEIGHTED_MEAN} count from the sequence's first token, and {@link #CLS} is that token
   * even where it is among those skipped. Where nothing is left, all others give zeros.
   */
  void pool(
      float[] tokens, int first, int last, int width, int skipped, float[] target, int offset) {
    int from = Math.min(first + skipped, last);
    switch (this) {
      case CLS -> copy(tokens, first, last, width, target, offset);
      case LAST -> copy(tokens, Math.max(from, last - 1), last, width, target, offset);
      case MAX -> {
        copy(tokens, from, last, width, target, offset);
        for (int t = from + 1; t < last; t++) {
          for (int d = 0; d < width; d++) {
            target[offset + d] = Math.max(target[offset + d], tokens[t * width + d]);
          }
        }
      }
      case MEAN, MEAN_SQRT_LENGTH, WEIGHTED_MEAN -> {
        double[] sums = new double[width];
        double weights = 0;
        for (int t = from; t < last; t++) {
          int weight = this == WEIGHTED_MEAN ? t - first + 1 : 1;
          weights += weight;
          for (int d = 0; d < width; d++) {
            sums[d] += (double) weight * tokens[t * width + d];
          }
        }
        double divisor = this == MEAN_SQRT_LENGTH ? Math.sqrt(weights) : weights;
        for (int d = 0; d < width; d++) {
          target[offset + d] = from == last ? 0 : (float) (sums[d] / divisor);
        }
      }
    }
  }

  /** The output of a token; zeros if it is not before {@code last}. */
  private static void copy(
      float[] tokens, int token, int last, int width, float[] target, int offset) {
    if (token < last) {
      System.arraycopy(tokens, token * width, target, offset, width);
    } else {
      Arrays.fill(target, offset, offset + width, 0);
    }
  }
}
