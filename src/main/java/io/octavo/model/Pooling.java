package io.octavo.model;

/** How token outputs become one vector. */
public enum Pooling {
  /** Their mean, special tokens included. */
  MEAN,
  /** The first token's. */
  CLS,
  /** The largest of each feature. */
  MAX;

  /**
   * Pools tokens {@code [first, last)} of {@code [tokens, width]}. Sums are in double, in token
   * order.
   */
  public float[] pool(float[] tokens, int first, int last, int width) {
    float[] pooled = new float[width];
    if (first == last) {
      return pooled;
    }
    for (int d = 0; d < width; d++) {
      pooled[d] =
          switch (this) {
            case CLS -> tokens[first * width + d];
            case MAX -> {
              float most = tokens[first * width + d];
              for (int t = first + 1; t < last; t++) {
                most = Math.max(most, tokens[t * width + d]);
              }
              yield most;
            }
            case MEAN -> {
              double sum = 0;
              for (int t = first; t < last; t++) {
                sum += tokens[t * width + d];
              }
              yield (float) (sum / (last - first));
            }
          };
    }
    return pooled;
  }
}
