package io.octavo.generate;

/**
 * Nucleus sampling: keeps the shortest run of most probable tokens whose probabilities sum up to a
 * share (Holtzman et al., "The Curious Case of Neural Text Degeneration", arXiv:1904.09751, section
 * 3.1). Of equally probable tokens the lower id comes first.
 *
 * @param share above 0, at most 1
 */
public record TopP(double share) implements LogitsStep {
  /** Refuses what is no share. */
  public TopP {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("top-p is above 0 and at most 1, not " + share);
    }
  }

  @Override
  public void apply(Candidates candidates, TokenHistory history) {
    candidates.keepShare(share, candidates.probabilities(), candidates::logit);
  }
}
