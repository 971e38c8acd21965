package io.octavo.layer;

/**
 * What attention adds to the scaled scores: a number for each head and distance {@code key -
 * query}, the same in every layer and at every position.
 *
 * <p>In T5 and MPNet distances share buckets (section 2.1 of arXiv:1910.10683, and {@code
 * relative_position_bucket} in both models' original code): half of the buckets are for keys before
 * the query and at it, half for keys behind it; of each half, the first half holds one distance
 * each, the others ranges that grow logarithmically up to a largest distance, and the last all that
 * is beyond.
 */
public final class RelativePositionBias {
  private final float[] table;
  private final float[][] heads;
  private final int maxTokens;

  private RelativePositionBias(float[] table, float[][] heads, int maxTokens) {
    this.table = table;
    this.heads = heads;
    this.maxTokens = maxTokens;
  }

  /**
   * A learned bias for each bucket and head, as T5's and MPNet's encoders have it.
   *
   * @param table {@code [buckets, heads]}, as checkpoints store it
   * @param heads number of heads
   * @param buckets number of buckets, even and at least 4; 32 in all published models
   * @param maxDistance the distance from which on all share a bucket, above {@code buckets / 4};
   *     128 in all published models
   * @param maxTokens tokens of the longest sequence, at least 1
   * @throws IllegalArgumentException if the table has not that many elements or a number is out of
   *     its range
   */
  public static RelativePositionBias bucketed(
      float[] table, int heads, int buckets, int maxDistance, int maxTokens) {
    requireBuckets(buckets, maxDistance);
    if (heads < 1 || maxTokens < 1) {
      throw new IllegalArgumentException(heads + " heads and " + maxTokens + " tokens");
    }
    if (table.length != (long) buckets * heads) {
      throw new IllegalArgumentException(
          "A table of %d numbers for %d buckets and %d heads"
              .formatted(table.length, buckets, heads));
    }
    float[][] byHead = new float[heads][2 * maxTokens - 1];
    for (int i = 0; i < 2 * maxTokens - 1; i++) {
      int row = bucket(i - (maxTokens - 1), buckets, maxDistance) * heads;
      for (int head = 0; head < heads; head++) {
        byHead[head][i] = table[row + head];
      }
    }
    return new RelativePositionBias(table.clone(), byHead, maxTokens);
  }

  /**
   * The bucket of a distance. The logarithms are rounded to float32 where PyTorch rounds them, so
   * that a distance at the edge of two buckets falls into the same one.
   *
   * @param distance position of the key minus position of the query
   * @param buckets number of buckets, even and at least 4
   * @param maxDistance the distance from which on all share a bucket, above {@code buckets / 4}
   * @throws IllegalArgumentException if a number is out of its range
   */
  public static int bucket(int distance, int buckets, int maxDistance) {
    requireBuckets(buckets, maxDistance);
    int half = buckets / 2;
    int exact = half / 2;
    int behind = distance > 0 ? half : 0;
    long magnitude = Math.abs((long) distance);
    if (magnitude < exact) {
      return behind + (int) magnitude;
    }
    float logarithm = (float) StrictMath.log((float) magnitude / exact);
    float range = (float) StrictMath.log((double) maxDistance / exact);
    int logarithmic = exact + (int) (logarithm / range * (half - exact));
    return behind + Math.min(logarithmic, half - 1);
  }

  private static void requireBuckets(int buckets, int maxDistance) {
    if (buckets < 4 || buckets % 2 != 0 || maxDistance <= buckets / 4) {
      throw new IllegalArgumentException(buckets + " buckets up to a distance of " + maxDistance);
    }
  }

  /** The bias of each bucket and head, {@code [buckets, heads]}, as it was given; a copy. */
  public float[] table() {
    return table.clone();
  }

  /** Number of heads. */
  public int heads() {
    return heads.length;
  }

  /** Tokens of the longest sequence. */
  public int maxTokens() {
    return maxTokens;
  }

  /**
   * A head's biases by distance, {@link #origin} being that of distance 0; not a copy.
   *
   * @param head index of the head
   */
  float[] head(int head) {
    return heads[head];
  }

  /** Where {@link #head} has the distance 0. */
  int origin() {
    return maxTokens - 1;
  }

  /** Throws IllegalArgumentException if a sequence of that many tokens is too long. */
  void requireTokens(int tokens) {
    if (tokens > maxTokens) {
      throw new IllegalArgumentException(
          "A sequence of " + tokens + " tokens; the position bias reaches " + maxTokens);
    }
  }
}
