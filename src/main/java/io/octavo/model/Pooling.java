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
    switch (this) {
      case CLS -> System.arraycopy(tokens, first * width, pooled, 0, width);
      case MAX -> {
        System.arraycopy(tokens, first * width, pooled, 0, width);
        for (int t = first + 1; t < last; t++) {
          for (int d = 0; d < width; d++) {
            pooled[d] = Math.max(pooled[d], tokens[t * width + d]);
          }
        }
      }
      case MEAN -> {
        double[] sums = new double[width];
        for (int t = first; t < last; t++) {
          for (int d = 0; d < width; d++) {
            sums[d] += tokens[t * width + d];
          }
        }
        for (int d = 0; d < width; d++) {
          pooled[d] = (float) (sums[d] / (last - first));
        }
      }
    }
    return pooled;
  }
}
