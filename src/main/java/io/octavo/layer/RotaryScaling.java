package io.octavo.layer;

import java.util.Arrays;

/**
 * How the frequencies of rotary positions are changed for sequences longer than those a model was
 * first trained on, as the transformers library computes them ({@code modeling_rope_utils}). All
 * arithmetic is in double.
 */
public sealed interface RotaryScaling {
  /** Frequencies as they are: {@code base^(-2 i / width)}. */
  static RotaryScaling none() {
    return new None();
  }

  /**
   * The angle of one position to the next for each pair of features.
   *
   * @param width features that are rotated
   * @param base of the frequencies
   * @param length of the sequence, in tokens
   * @return {@code [width / 2]}
   */
  double[] inverseFrequencies(int width, double base, int length);

  /** What cosines and sines are multiplied by. */
  default double attentionFactor() {
    return 1;
  }

  /**
   * A number that changes where a longer sequence has other frequencies even at its first tokens.
   */
  default int regime(int length) {
    return 0;
  }

  /** Whether a token's frequencies depend on how many tokens are before it. */
  default boolean dependsOnPosition() {
    return false;
  }

  /** {@code base^(-2 i / width)}. */
  private static double[] plain(int width, double base) {
    double[] frequencies = new double[width / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(base, -2.0 * i / width);
    }
    return frequencies;
  }

  /** No scaling. */
  record None() implements RotaryScaling {
    @Override
    public double[] inverseFrequencies(int width, double base, int length) {
      return plain(width, base);
    }
  }

  /**
   * Positions divided by a factor (Chen et al., arXiv:2306.15595).
   *
   * @param factor by how much
   */
  record Linear(double factor) implements RotaryScaling {
    @Override
    public double[] inverseFrequencies(int width, double base, int length) {
      return Arrays.stream(plain(width, base)).map(frequency -> frequency / factor).toArray();
    }
  }

  /**
   * A base that grows with the sequence once it is longer than {@code positions} ("dynamic NTK"). A
   * token has the frequencies of the sequence that ends with it, as it has where tokens come one by
   * one, so that they do not depend on what comes later.
   *
   * @param factor how far the growth goes
   * @param positions tokens up to which nothing is scaled
   */
  record Dynamic(double factor, int positions) implements RotaryScaling {
    @Override
    public double[] inverseFrequencies(int width, double base, int length) {
      double share = (double) Math.max(length, positions) / positions;
      double growth = factor * share - (factor - 1);
      return plain(width, base * Math.pow(growth, (double) width / (width - 2)));
    }

    @Override
    public boolean dependsOnPosition() {
      return true;
    }
  }

  /**
   * LLaMA 3.1's: long waves divided by a factor, short ones kept, a ramp between.
   *
   * @param factor of the long waves
   * @param low waves per original context below which a frequency is divided
   * @param high waves per original context above which it is kept
   * @param original context before the scaling, in tokens
   */
  record Llama3(double factor, double low, double high, int original) implements RotaryScaling {
    @Override
    public double[] inverseFrequencies(int width, double base, int length) {
      double[] frequencies = plain(width, base);
      for (int i = 0; i < frequencies.length; i++) {
        double waves = original * frequencies[i] / (2 * Math.PI);
        double kept = Math.clamp((waves - low) / (high - low), 0.0, 1.0);
        frequencies[i] *= (1 - kept) / factor + kept;
      }
      return frequencies;
    }
  }

  /**
   * YaRN (Peng et al., arXiv:2309.00071): as {@link Linear} for long waves, as they are for short
   * ones, a ramp between.
   *
   * @param factor of the long waves
   * @param original context before the scaling, in tokens
   * @param fast rotations per original context where the ramp begins
   * @param slow rotations per original context where it ends
   * @param truncate whether the ramp begins and ends at whole features
   * @param attentionFactor what cosines and sines are multiplied by
   */
  record Yarn(
      double factor,
      int original,
      double fast,
      double slow,
      boolean truncate,
      double attentionFactor)
      implements RotaryScaling {

    /** The factor of cosines and sines where none is given. */
    public static double attentionFactor(double factor) {
      return attentionFactor(factor, 1);
    }

    /** The same with a weight of the logarithm. */
    public static double attentionFactor(double factor, double weight) {
      return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
    }

    @Override
    public double[] inverseFrequencies(int width, double base, int length) {
      double low = feature(fast, width, base);
      double high = feature(slow, width, base);
      if (truncate) {
        low = Math.floor(low);
        high = Math.ceil(high);
      }
      low = Math.max(low, 0);
      high = Math.min(high, width - 1);
      double span = low == high ? 0.001 : high - low;
      double[] frequencies = plain(width, base);
      for (int i = 0; i < frequencies.length; i++) {
        double scaled = Math.clamp((i - low) / span, 0.0, 1.0);
        frequencies[i] *= scaled / factor + (1 - scaled);
      }
      return frequencies;
    }

    /** The pair of features that turns so often within the original context. */
    private double feature(double rotations, int width, double base) {
      return width * Math.log(original / (rotations * 2 * Math.PI)) / (2 * Math.log(base));
    }
  }

  /**
   * LongRoPE (Ding et al., arXiv:2402.13753): a divisor for each pair of features, one set for
   * sequences within the original context and one for longer ones.
   *
   * @param shortDivisors of sequences up to {@code original} tokens
   * @param longDivisors of longer ones
   * @param original context before the scaling, in tokens
   * @param attentionFactor what cosines and sines are multiplied by
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once for each pass; never compared.
  record LongRope(
      double[] shortDivisors, double[] longDivisors, int original, double attentionFactor)
      implements RotaryScaling {

    /**
     * The factor of cosines and sines where none is given.
     *
     * @param factor by how much the context grew
     */
    public static double attentionFactor(double factor, int original) {
      return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
    }

    @Override
    public double[] inverseFrequencies(int width, double base, int length) {
      double[] divisors = regime(length) == 0 ? shortDivisors : longDivisors;
      double[] frequencies = plain(width, base);
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] /= divisors[i];
      }
      return frequencies;
    }

    @Override
    public int regime(int length) {
      return length > original ? 1 : 0;
    }
  }
}
