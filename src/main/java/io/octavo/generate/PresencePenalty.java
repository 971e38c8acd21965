package io.octavo.generate;

/**
 * Lowers the logit of each token that was generated, however often; the prompt does not count.
 *
 * @param value finite; below 0 makes repetition likelier
 */
public record PresencePenalty(double value) implements LogitsStep {
  /** Refuses what is no amount. */
  public PresencePenalty {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("A presence penalty is a finite number, not " + value);
    }
  }

  @Override
  public void apply(Candidates candidates, TokenHistory history) {
    for (int place = 0; place < candidates.size(); place++) {
      if (history.generated(candidates.id(place)) > 0) {
        candidates.setLogit(place, (float) (candidates.logit(place) - value));
      }
    }
  }
}
