package io.octavo.generate;

/**
 * How well a model predicts a text.
 *
 * @param negativeLogLikelihood of all scored tokens together, in nats
 * @param scoredTokens how many tokens were scored
 * @param tokens how many tokens the text has
 * @param protocol how they were scored
 */
public record Perplexity(
    double negativeLogLikelihood, int scoredTokens, int tokens, PerplexityProtocol protocol) {
  /** The mean over the scored tokens, in nats. */
  public double meanNegativeLogLikelihood() {
    return negativeLogLikelihood / scoredTokens;
  }

  /** {@code exp} of the mean over the scored tokens. */
  public double perplexity() {
    return StrictMath.exp(meanNegativeLogLikelihood());
  }

  /**
   * Nats per byte, by which models with different tokenizers can be compared.
   *
   * @param bytes of the scored part of the text
   */
  public double perByte(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("A text has one byte or more, not " + bytes);
    }
    return negativeLogLikelihood / bytes;
  }
}
