package io.octavo.layer;

/**
 * Rotary positions (Su et al., arXiv:2104.09864): pairs of a head's first {@code width} features
 * are turned by an angle that grows with the position; features behind them stay.
 *
 * @param width features that are rotated, an even number
 * @param interleaved whether a pair is two neighbours (GPT-J); otherwise feature {@code i} belongs
 *     to {@code i + width / 2} (GPT-NeoX, LLaMA)
 * @param base of the frequencies
 * @param scaling of the frequencies
 */
public record Rotary(int width, boolean interleaved, double base, RotaryScaling scaling) {
  /** Refuses what means nothing. */
  public Rotary {
    if (width < 2 || width % 2 != 0 || !(base > 1)) {
      throw new IllegalArgumentException(width + " rotated features, a base of " + base);
    }
  }

  /**
   * The cosines and sines of tokens, computed in double and rounded.
   *
   * @param positions of the tokens
   * @param lengths of the sequence that each token belongs to
   * @param cosines receives {@code [tokens, width / 2]}
   * @param sines receives as many
   */
  public void angles(int[] positions, int[] lengths, float[] cosines, float[] sines) {
    double factor = scaling.attentionFactor();
    double[] frequencies = new double[0];
    int last = -1;
    for (int token = 0; token < positions.length; token++) {
      int length = scaling.dependsOnPosition() ? positions[token] + 1 : lengths[token];
      if (length != last) {
        frequencies = scaling.inverseFrequencies(width, base, length);
        last = length;
      }
      for (int i = 0; i < width / 2; i++) {
        double angle = positions[token] * frequencies[i];
        cosines[token * width / 2 + i] = (float) (Math.cos(angle) * factor);
        sines[token * width / 2 + i] = (float) (Math.sin(angle) * factor);
      }
    }
  }

  /**
   * Turns a head.
   *
   * @param x holds the head from {@code offset} on
   * @param cosines of the token, from {@code at} on
   * @param sines of the token, from {@code at} on
   */
  public void rotate(float[] x, int offset, float[] cosines, float[] sines, int at) {
    int half = width / 2;
    if (interleaved) {
      for (int i = 0; i < half; i++) {
        float a = x[offset + 2 * i];
        float b = x[offset + 2 * i + 1];
        x[offset + 2 * i] = a * cosines[at + i] - b * sines[at + i];
        x[offset + 2 * i + 1] = b * cosines[at + i] + a * sines[at + i];
      }
    } else {
      for (int i = 0; i < half; i++) {
        float a = x[offset + i];
        float b = x[offset + half + i];
        x[offset + i] = a * cosines[at + i] - b * sines[at + i];
        x[offset + half + i] = b * cosines[at + i] + a * sines[at + i];
      }
    }
  }
}
