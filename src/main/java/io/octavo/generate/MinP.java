package io.octavo.generate;

/**
 * Keeps the tokens that are at least a share as probable as the most probable one (Nguyen et al.,
 * "Turning Up the Heat: Min-p Sampling for Creative and Coherent LLM Outputs", arXiv:2407.01082,
 * section 3).
 *
 * @param share from 0 to 1
 */
public record MinP(double share) implements LogitsStep {
  /** Refuses what is no share. */
  public MinP {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("min-p is from 0 to 1, not " + share);
    }
  }

  @Override
  public void apply(Candidates candidates, TokenHistory history) {
    double least = candidates.logit(candidates.best()) + StrictMath.log(share);
    candidates.keep(place -> candidates.logit(place) >= least);
  }
}
