package io.octavo.generate;

/**
 * Makes tokens that are in the prompt or were generated less likely, however often they are there:
 * logits of 0 and above are divided by the penalty, others multiplied (Keskar et al., "CTRL",
 * arXiv:1909.05858, section 4.1, with the sign as in the transformers library).
 *
 * @param value above 0; 1 changes nothing, less makes repetition likelier
 */
public record RepetitionPenalty(double value) implements LogitsStep {
  /** Refuses what is no factor. */
  public RepetitionPenalty {
    if (!(value > 0) || value == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("A repetition penalty is above 0, not " + value);
    }
  }

  @Override
  public void apply(Candidates candidates, TokenHistory history) {
    for (int place = 0; place < candidates.size(); place++) {
      if (history.contains(candidates.id(place))) {
        double logit = candidates.logit(place);
        candidates.setLogit(place, (float) (logit >= 0 ? logit / value : logit * value));
      }
    }
  }
}
