package io.octavo.kernel;

import java.util.Arrays;

/**
 * What machine code for attention has to pass before it serves: blocks that are full and that are
 * not, compared to the bit with the written definition.
 */
final class AttentionTrial {
  private static final int[] KEYS = {1, 15, 16, 64, 33};
  private static final int[] WIDTHS = {1, 32, 40};

  /** More than the 16 that are weighed together, and two sizes of tiles. */
  private static final int QUERIES = 17;

  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int STRIDE = WIDTH + 3;

  /** With the last one weights reach down to 0. */
  private static final float[] SCALES = {0.125f, 1f, 40f};

  private AttentionTrial() {}

  /** What differs first, or nothing. */
  static String difference(AttentionParts parts) {
    String difference = TileTrial.difference(parts.tile());
    for (int i = 0; i < KEYS.length && difference.isEmpty(); i++) {
      difference = difference(parts, KEYS[i], SCALES[i % SCALES.length], WIDTHS[i % WIDTHS.length]);
    }
    return difference;
  }

  private static String difference(AttentionParts parts, int keys, float scale, int width) {
    Block expected = new Block(keys, scale);
    Block actual = new Block(keys, scale);
    expected.weigh(new ScalarBlockWeights());
    actual.weigh(parts.weights());
    if (!expected.sameWeights(actual)) {
      return "weights of " + keys + " keys differ from the written definition";
    }
    expected.add(new ScalarWeightedValues(), width);
    actual.add(parts.values(), width);
    return Arrays.equals(expected.out, actual.out)
        ? ""
        : width + " features of " + keys + " keys differ from the written definition";
  }

  /** A block of keys behind another. */
  private static final class Block {
    private final int keys;
    private final float scale;
    private final float[] scores = numbers(QUERIES * WIDTH, 37);
    private final float[] panel = numbers(WIDTH * WIDTH, 29);
    private final float[] factors = new float[BlockWeights.FACTORS];
    private final float[] out = numbers(QUERIES * STRIDE, 31);
    private final ExtendedSums sums = new ExtendedSums();

    Block(int keys, float scale) {
      this.keys = keys;
      this.scale = scale;
      sums.begin(QUERIES + 1);
      for (int query = 0; query < QUERIES; query += 2) {
        sums.mantissas()[query] = 1 + query / 7f;
        sums.exponents()[query] = query - 9f;
      }
    }

    void weigh(BlockWeights weights) {
      weights.weigh(scores, QUERIES, keys, scale, sums, 1, factors);
    }

    void add(WeightedValues values, int width) {
      KernelScratch scratch = new KernelScratch();
      values.add(scores, QUERIES, panel, 0, keys, factors, width, out, 2, STRIDE, scratch);
      values.divide(sums, 1, QUERIES, width, out, 2, STRIDE);
    }

    boolean sameWeights(Block other) {
      int news = BlockWeights.MAX_QUERIES;
      return Arrays.equals(scores, other.scores)
          && Arrays.equals(sums.mantissas(), other.sums.mantissas())
          && Arrays.equals(sums.exponents(), other.sums.exponents())
          && Arrays.equals(factors, 0, QUERIES, other.factors, 0, QUERIES)
          && Arrays.equals(factors, news, news + QUERIES, other.factors, news, news + QUERIES);
    }
  }

  /** Of both signs, in an order of their own; behind the keys that count lie larger ones. */
  private static float[] numbers(int count, int seed) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (i * seed % 101 - 50 + i % 997 / 100f) / 7f;
    }
    return numbers;
  }
}
