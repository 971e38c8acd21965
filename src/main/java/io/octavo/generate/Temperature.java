package io.octavo.generate;

/**
 * Divides logits by a temperature: below 1 the likely tokens become likelier, above 1 the
 * distribution flatter. The largest logit becomes 0, which is no change of the distribution and
 * keeps the smallest temperatures from overflowing.
 *
 * @param value above 0
 */
public record Temperature(double value) implements LogitsStep {
  /** Refuses what is no temperature. */
  public Temperature {
    if (!(value > 0) || value == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("A temperature is above 0, not " + value);
    }
  }

  @Override
  public void apply(Candidates candidates, TokenHistory history) {
    double largest = candidates.logit(candidates.best());
    for (int place = 0; place < candidates.size(); place++) {
      candidates.setLogit(place, (float) ((candidates.logit(place) - largest) / value));
    }
  }
}
