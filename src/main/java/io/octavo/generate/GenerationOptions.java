package io.octavo.generate;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * How text is generated. Made by {@link #defaults()} and the {@code with} methods.
 *
 * @param sampling how the next token is chosen
 * @param maxTokens most tokens to generate
 * @param maxLength most tokens of the prompt and of what is generated together
 * @param stopStrings strings before which the text ends; they are found across tokens, and no part
 *     of the one that ends the text is ever in it
 * @param stopTokens token ids that end the text, beside those that the model itself ends texts with
 * @param logProbabilities of how many of the most probable tokens the log-probabilities are wanted,
 *     beside the chosen one's; 0 for none at all, which saves their computation
 * @param cancelled asked before each token and each block of the prompt; once it says yes, the
 *     generation ends, as it does when its thread is interrupted
 */
public record GenerationOptions(
    SamplingOptions sampling,
    int maxTokens,
    int maxLength,
    List<String> stopStrings,
    Set<Integer> stopTokens,
    int logProbabilities,
    BooleanSupplier cancelled) {

  private static final GenerationOptions DEFAULTS =
      new GenerationOptions(
          SamplingOptions.defaults(), 256, Integer.MAX_VALUE, List.of(), Set.of(), 0, () -> false);

  /** Refuses what means nothing. */
  public GenerationOptions {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("At least one token is generated, not " + maxTokens);
    }
    if (maxLength < 2) {
      throw new IllegalArgumentException(
          "A prompt and what is generated are two tokens or more, not " + maxLength);
    }
    if (logProbabilities < 0) {
      throw new IllegalArgumentException(
          "Log-probabilities of " + logProbabilities + " tokens mean nothing; 0 is for none");
    }
    stopStrings = List.copyOf(stopStrings);
    stopTokens = Set.copyOf(stopTokens);
    stopStrings.forEach(StopStrings::check);
  }

  /** At most 256 tokens, the most probable one each time. */
  public static GenerationOptions defaults() {
    return DEFAULTS;
  }

  /** These options with another way to choose tokens. */
  public GenerationOptions withSampling(SamplingOptions value) {
    return new GenerationOptions(
        value, maxTokens, maxLength, stopStrings, stopTokens, logProbabilities, cancelled);
  }

  /** These options with at most that many tokens generated, instead of any other bound of them. */
  public GenerationOptions withMaxTokens(int value) {
    return new GenerationOptions(
        sampling, value, Integer.MAX_VALUE, stopStrings, stopTokens, logProbabilities, cancelled);
  }

  /**
   * These options with at most that many tokens of the prompt and of what is generated together,
   * instead of any other bound of them; a prompt that leaves no room for a token is refused.
   */
  public GenerationOptions withMaxLength(int value) {
    return new GenerationOptions(
        sampling, Integer.MAX_VALUE, value, stopStrings, stopTokens, logProbabilities, cancelled);
  }

  /** These options with an end before any of these strings. */
  public GenerationOptions withStopStrings(List<String> value) {
    return new GenerationOptions(
        sampling, maxTokens, maxLength, value, stopTokens, logProbabilities, cancelled);
  }

  /** These options with an end at any of these tokens, beside those of the model. */
  public GenerationOptions withStopTokens(Set<Integer> value) {
    return new GenerationOptions(
        sampling, maxTokens, maxLength, stopStrings, value, logProbabilities, cancelled);
  }

  /** These options with log-probabilities, and those of the {@code value} likeliest tokens. */
  public GenerationOptions withLogProbabilities(int value) {
    return new GenerationOptions(
        sampling, maxTokens, maxLength, stopStrings, stopTokens, value, cancelled);
  }

  /** These options with a generation that ends once {@code value} says so. */
  public GenerationOptions withCancellation(BooleanSupplier value) {
    return new GenerationOptions(
        sampling, maxTokens, maxLength, stopStrings, stopTokens, logProbabilities, value);
  }

  /** As {@link SamplingOptions#withTemperature}. */
  public GenerationOptions withTemperature(double value) {
    return withSampling(sampling.withTemperature(value));
  }

  /** As {@link SamplingOptions#withTopK}. */
  public GenerationOptions withTopK(int value) {
    return withSampling(sampling.withTopK(value));
  }

  /** As {@link SamplingOptions#withTopP}. */
  public GenerationOptions withTopP(double value) {
    return withSampling(sampling.withTopP(value));
  }

  /** As {@link SamplingOptions#withMinP}. */
  public GenerationOptions withMinP(double value) {
    return withSampling(sampling.withMinP(value));
  }

  /** As {@link SamplingOptions#withTypicalP}. */
  public GenerationOptions withTypicalP(double value) {
    return withSampling(sampling.withTypicalP(value));
  }

  /** As {@link SamplingOptions#withRepetitionPenalty}. */
  public GenerationOptions withRepetitionPenalty(double value) {
    return withSampling(sampling.withRepetitionPenalty(value));
  }

  /** As {@link SamplingOptions#withFrequencyPenalty}. */
  public GenerationOptions withFrequencyPenalty(double value) {
    return withSampling(sampling.withFrequencyPenalty(value));
  }

  /** As {@link SamplingOptions#withPresencePenalty}. */
  public GenerationOptions withPresencePenalty(double value) {
    return withSampling(sampling.withPresencePenalty(value));
  }

  /** As {@link SamplingOptions#withLogitBias}. */
  public GenerationOptions withLogitBias(Map<Integer, Double> value) {
    return withSampling(sampling.withLogitBias(value));
  }

  /** As {@link SamplingOptions#withSeed}. */
  public GenerationOptions withSeed(long value) {
    return withSampling(sampling.withSeed(value));
  }
}
