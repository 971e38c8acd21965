package io.octavo.generate;

import java.util.ArrayList;
import java.util.List;

/**
 * Steps in the order in which they are applied.
 *
 * @param steps none leaves the model's own distribution
 */
public record SamplingChain(List<LogitsStep> steps) {
  /** Steps in that order. */
  public SamplingChain {
    steps = List.copyOf(steps);
  }

  /**
   * The steps that options ask for, in the default order, which is that of the transformers library
   * with the penalties it lacks beside the one it has: logit bias, repetition, frequency and
   * presence penalty, temperature, top-k, top-p, min-p, typical-p. A step that would change nothing
   * is left out; for a greedy choice, so is everything from the temperature on.
   */
  public static SamplingChain of(SamplingOptions options) {
    List<LogitsStep> steps = new ArrayList<>();
    if (!options.logitBias().isEmpty()) {
      steps.add(new LogitBias(options.logitBias()));
    }
    if (options.repetitionPenalty() != 1) {
      steps.add(new RepetitionPenalty(options.repetitionPenalty()));
    }
    if (options.frequencyPenalty() != 0) {
      steps.add(new FrequencyPenalty(options.frequencyPenalty()));
    }
    if (options.presencePenalty() != 0) {
      steps.add(new PresencePenalty(options.presencePenalty()));
    }
    if (!options.isGreedy()) {
      addWarpers(steps, options);
    }
    return new SamplingChain(steps);
  }

  private static void addWarpers(List<LogitsStep> steps, SamplingOptions options) {
    if (options.temperature() != 1) {
      steps.add(new Temperature(options.temperature()));
    }
    if (options.topK() > 0) {
      steps.add(new TopK(options.topK()));
    }
    if (options.topP() < 1) {
      steps.add(new TopP(options.topP()));
    }
    if (options.minP() > 0) {
      steps.add(new MinP(options.minP()));
    }
    if (options.typicalP() < 1) {
      steps.add(new TypicalP(options.typicalP()));
    }
  }

  /** Applies all steps. */
  public void apply(Candidates candidates, TokenHistory history) {
    for (LogitsStep step : steps) {
      step.apply(candidates, history);
    }
  }
}
