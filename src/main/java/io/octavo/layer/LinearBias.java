package io.octavo.layer;

/**
 * Attention with linear biases (Press, Smith and Lewis, arXiv:2108.12409): {@code slope * (key -
 * query)} is added to each score, a slope for each head.
 */
public final class LinearBias {
  private LinearBias() {}

  /**
   * The slopes as BLOOM computes them: powers of {@code 2^(-8 / n)} for the largest power of two
   * {@code n} of heads, and every other power of {@code 2^(-4 / n)} for the heads beyond.
   */
  public static float[] slopes(int heads) {
    int whole = Integer.highestOneBit(heads);
    float[] slopes = new float[heads];
    for (int head = 0; head < heads; head++) {
      double exponent = head < whole ? head + 1 : head - whole + 0.5;
      slopes[head] = (float) Math.pow(2, -8.0 / whole * exponent);
    }
    return slopes;
  }
}
