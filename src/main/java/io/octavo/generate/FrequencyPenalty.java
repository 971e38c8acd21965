package io.octavo.generate;

/**
 * Lowers a token's logit by an amount for each time it was generated; the prompt does not count.
 *
 * @param value finite; below 0 makes repetition likelier
 */
public record FrequencyPenalty(double value) implements LogitsStep {
  /** Refuses what is no amount. */
  public FrequencyPenalty {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("A frequency penalty is a finite number, not " + value);
    }
  }

  @Override
  public void apply(Candidates candidates, TokenHistory history) {
    for (int place = 0; place < candidates.size(); place++) {
      int count = history.generated(candidates.id(place));
      if (count > 0) {
        candidates.setLogit(place, (float) (candidates.logit(place) - value * count));
      }
    }
  }
}
