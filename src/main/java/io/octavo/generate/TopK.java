package io.octavo.generate;

/**
 * Keeps the most probable tokens, and those as probable as the last of them, as the transformers
 * library does (Fan et al., "Hierarchical Neural Story Generation", arXiv:1805.04833, section 5.4).
 *
 * @param count how many, at least 1
 */
public record TopK(int count) implements LogitsStep {
  /** Refuses less than one. */
  public TopK {
    if (count < 1) {
      throw new IllegalArgumentException("At least one token has to be kept, not " + count);
    }
  }

  @Override
  public void apply(Candidates candidates, TokenHistory history) {
    if (count < candidates.size()) {
      float least = candidates.ranked(count);
      candidates.keep(place -> candidates.logit(place) >= least);
    }
  }
}
