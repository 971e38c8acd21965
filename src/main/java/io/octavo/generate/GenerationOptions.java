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
    List<String> stopStrings,
    Set<Integer> stopTokens,
    int logProbabilities,
    BooleanSupplier cancelled) {

  private static final GenerationOptions DEFAULTS =
      new GenerationOptions(SamplingOptions.defaults(), 256, List.of(), Set.of(), 0, () -> false);

  /** Refuses what means nothing. */
  public GenerationOptions {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("At least one token is generated, not " + maxTokens);
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
        value, maxTokens, stopStrings, stopTokens, logProbabilities, cancelled);
  }

  /** These options with at most that many tokens. */
  public GenerationOptions withMaxTokens(int value) {
    return new GenerationOptions(
        sampling, value, stopStrings, stopTokens, logProbabilities, cancelled);
  }

  /** These options with an end before any of these strings. */
  public GenerationOptions withStopStrings(List<String> value) {
    return new GenerationOptions(
        sampling, maxTokens, value, stopTokens, logProbabilities, cancelled);
  }

  /** These options with an end at any of these tokens, beside those of the model. */
  public GenerationOptions withStopTokens(Set<Integer> value) {
    return new GenerationOptions(
        sampling, maxTokens, stopStrings, value, logProbabilities, cancelled);
  }

  /** These options with log-probabilities, and those of the {@code value} likeliest tokens. */
  public GenerationOptions withLogProbabilities(int value) {
    return new GenerationOptions(sampling, maxTokens, stopStrings, stopTokens, value, cancelled);
  }

  /** These options with a generation that ends once {@code value} says so. */
  public GenerationOptions withCancellation(BooleanSupplier value) {
    return new GenerationOptions(
        sampling, maxTokens, stopStrings, stopTokens, logProbabilities, value);
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
