package io.octavo.kernel;

/**
 * What machine code for the weights of attention has to pass before it serves: blocks that are full
 * and that are not, compared to the bit with the written definition.
 */
final class BlockWeightsTrial {
  private static final int[] KEYS = {1, 15, 16, 33, 64};
  private static final int QUERIES = 3;
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int EXPONENTS = QUERIES * WIDTH;
  private static final int SUMS = EXPONENTS + QUERIES;

  /** The last query's weights reach down to 0. */
  private static final float[] SCALES = {0.125f, 1f, 40f};

  private BlockWeightsTrial() {}

  /** What differs first, or nothing. */
  static String difference(BlockWeights weights) {
    for (int keys : KEYS) {
      for (float scale : SCALES) {
        float[] work = new float[SUMS + QUERIES + SumTree.LANES];
        weights.weigh(scores(), QUERIES, keys, scale, work, EXPONENTS, SUMS);
        for (int q = 0; q < QUERIES; q++) {
          if (!agrees(scores(), q, keys, scale, work)) {
            return "weights of " + keys + " keys differ from the written definition";
          }
        }
      }
    }
    return "";
  }

  private static boolean agrees(float[] scores, int q, int keys, float scale, float[] work) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < keys; j++) {
      largest = Math.max(largest, ExtendedExp.exponent(scores[q * WIDTH + j] * scale));
    }
    boolean same = work[EXPONENTS + q] == largest;
    float[] lanes = new float[SumTree.LANES];
    for (int j = 0; j < WIDTH; j++) {
      float score = scores[q * WIDTH + j] * scale;
      float exponent = ExtendedExp.exponent(score);
      float power = ExtendedExp.powerOfTwo(exponent - largest);
      float weight = j < keys ? ExtendedExp.mantissa(score, exponent) * power : 0f;
      same &= work[q * WIDTH + j] == weight;
      lanes[j % SumTree.LANES] += weight;
    }
    return same && work[SUMS + q] == SumTree.add(lanes);
  }

  /** Of both signs, in an order of their own; behind the keys that count lie larger ones. */
  private static float[] scores() {
    float[] scores = new float[QUERIES * WIDTH];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (i * 37 % 101 - 50 + i / 10f) / 7f;
    }
    return scores;
  }
}
