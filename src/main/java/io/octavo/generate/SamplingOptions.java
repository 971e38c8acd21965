package io.octavo.generate;

import java.util.Map;

/**
 * How the next token is chosen. Made by {@link #defaults()} and the {@code with} methods; {@link
 * SamplingChain#of} says in which order it is applied.
 *
 * @param temperature what logits are divided by; 0 for the most probable token, always
 * @param topK how many of the most probable tokens are kept, ties with the last one too; 0 for all
 * @param topP which share of the probability the kept tokens, most probable first, have to reach
 * @param minP how probable a token must be to be kept, as a share of the most probable one
 * @param typicalP which share of the probability the kept tokens, most typical first, have to reach
 * @param repetitionPenalty see {@link RepetitionPenalty}; 1 for none
 * @param frequencyPenalty see {@link FrequencyPenalty}; 0 for none
 * @param presencePenalty see {@link PresencePenalty}; 0 for none
 * @param logitBias see {@link LogitBias}; by token id
 * @param seed what the draws follow from: the same seed gives the same tokens
 */
public record SamplingOptions(
    double temperature,
    int topK,
    double topP,
    double minP,
    double typicalP,
    double repetitionPenalty,
    double frequencyPenalty,
    double presencePenalty,
    Map<Integer, Double> logitBias,
    long seed) {

  private static final SamplingOptions DEFAULTS =
      new SamplingOptions(0, 0, 1, 0, 1, 1, 0, 0, Map.of(), 0);

  /** Refuses what means nothing. */
  public SamplingOptions {
    if (temperature != 0) {
      new Temperature(temperature);
    }
    if (topK < 0) {
      throw new IllegalArgumentException("top-k is at least 1, or 0 for all tokens, not " + topK);
    }
    new TopP(topP);
    new MinP(minP);
    new TypicalP(typicalP);
    new RepetitionPenalty(repetitionPenalty);
    new FrequencyPenalty(frequencyPenalty);
    new PresencePenalty(presencePenalty);
    logitBias = new LogitBias(logitBias).bias();
  }

  /** The most probable token, always, without penalties. */
  public static SamplingOptions defaults() {
    return DEFAULTS;
  }

  /** Whether the most probable token is chosen and nothing drawn. */
  public boolean isGreedy() {
    return temperature == 0;
  }

  /** A choice for a new generation. */
  TokenChoice choice() {
    return isGreedy() ? new GreedyChoice() : new RandomChoice(seed);
  }

  /** These options with logits divided by that number; 0 chooses the most probable token. */
  public SamplingOptions withTemperature(double value) {
    return new SamplingOptions(
        value,
        topK,
        topP,
        minP,
        typicalP,
        repetitionPenalty,
        frequencyPenalty,
        presencePenalty,
        logitBias,
        seed);
  }

  /** These options with the so many most probable tokens only; 0 for all. */
  public SamplingOptions withTopK(int value) {
    return new SamplingOptions(
        temperature,
        value,
        topP,
        minP,
        typicalP,
        repetitionPenalty,
        frequencyPenalty,
        presencePenalty,
        logitBias,
        seed);
  }

  /** These options with the most probable tokens that sum up to that share only; 1 for all. */
  public SamplingOptions withTopP(double value) {
    return new SamplingOptions(
        temperature,
        topK,
        value,
        minP,
        typicalP,
        repetitionPenalty,
        frequencyPenalty,
        presencePenalty,
        logitBias,
        seed);
  }

  /** These options with tokens that share as probable as the best one only; 0 for all. */
  public SamplingOptions withMinP(double value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        value,
        typicalP,
        repetitionPenalty,
        frequencyPenalty,
        presencePenalty,
        logitBias,
        seed);
  }

  /** These options with the most typical tokens that sum up to that share only; 1 for all. */
  public SamplingOptions withTypicalP(double value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        value,
        repetitionPenalty,
        frequencyPenalty,
        presencePenalty,
        logitBias,
        seed);
  }

  /** These options with that penalty on tokens of the prompt and the answer; 1 for none. */
  public SamplingOptions withRepetitionPenalty(double value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        typicalP,
        value,
        frequencyPenalty,
        presencePenalty,
        logitBias,
        seed);
  }

  /** These options with that penalty for each time a token was generated; 0 for none. */
  public SamplingOptions withFrequencyPenalty(double value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        typicalP,
        repetitionPenalty,
        value,
        presencePenalty,
        logitBias,
        seed);
  }

  /** These options with that penalty on tokens that were generated; 0 for none. */
  public SamplingOptions withPresencePenalty(double value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        typicalP,
        repetitionPenalty,
        frequencyPenalty,
        value,
        logitBias,
        seed);
  }

  /** These options with that added to the logits, by token id. */
  public SamplingOptions withLogitBias(Map<Integer, Double> value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        typicalP,
        repetitionPenalty,
        frequencyPenalty,
        presencePenalty,
        value,
        seed);
  }

  /** These options with draws that follow from that number. */
  public SamplingOptions withSeed(long value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        typicalP,
        repetitionPenalty,
        frequencyPenalty,
        presencePenalty,
        logitBias,
        value);
  }
}
