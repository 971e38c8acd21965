package io.octavo.generate;

/**
 * Locally typical sampling: keeps the tokens whose information is nearest to the distribution's
 * entropy, the shortest run whose probabilities sum up to a share (Meister et al., "Locally Typical
 * Sampling", arXiv:2202.00666, section 4). Of equally near tokens the lower id comes first.
 *
 * @param share above 0, at most 1
 */
public record TypicalP(double share) implements LogitsStep {
  /** Refuses what is no share. */
  public TypicalP {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("typical-p is above 0 and at most 1, not " + share);
    }
  }

  @Override
  public void apply(Candidates candidates, TokenHistory history) {
    float[] probabilities = candidates.probabilities();
    double normalizer = candidates.logSumExp();
    double sum = 0;
    for (int place = 0; place < candidates.size(); place++) {
      if (probabilities[place] > 0) {
        sum += probabilities[place] * (normalizer - candidates.logit(place));
      }
    }
    double entropy = sum;
    candidates.keepShare(
        share, probabilities, place -> -Math.abs(normalizer - candidates.logit(place) - entropy));
  }
}
