package io.octavo.generate;

/**
 * How likely a continuation is.
 *
 * @param logLikelihood the natural logarithm of its probability: the sum over its tokens
 * @param tokens how many it has
 * @param greedy whether each of its tokens is the most probable one behind those before it
 */
public record ContinuationScore(double logLikelihood, int tokens, boolean greedy) {
  /** The mean over its tokens, by which continuations of different lengths can be compared. */
  public double perToken() {
    return logLikelihood / tokens;
  }
}
