package io.octavo.load.pass;

/**
 * Weight standardization (Qiao, Wang, Liu, Shen and Yuille, arXiv:1903.10520): each output's
 * weights less their mean, divided by their unbiased deviation. A row of equal weights becomes
 * zeros.
 *
 * @param guard what keeps the divisor from zero
 * @param epsilon above 0 (1e-5 in published code)
 */
public record WeightStandardization(Guard guard, double epsilon) implements Reparametrization {
  /** Where epsilon stands. */
  public enum Guard {
    /** {@code sqrt(variance + epsilon)} (the authors' classification code). */
    IN_ROOT,
    /** {@code deviation + epsilon} (their segmentation code). */
    OUTSIDE_ROOT
  }

  /** Refuses an epsilon that is no guard. */
  public WeightStandardization {
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("epsilon is " + epsilon + ", not above 0");
    }
  }

  @Override
  public Weights effective(Weights stored) {
    if (stored.columns() < 2) {
      throw new IllegalArgumentException("A row of one weight has no unbiased deviation");
    }
    RowMoments moments = RowMoments.of(stored);
    double[] factors = moments.squares().clone();
    for (int row = 0; row < factors.length; row++) {
      double variance = factors[row] / (stored.columns() - 1);
      factors[row] =
          switch (guard) {
            case IN_ROOT -> 1 / Math.sqrt(variance + epsilon);
            case OUTSIDE_ROOT -> 1 / (Math.sqrt(variance) + epsilon);
          };
    }
    return moments.standardized(stored, factors);
  }
}
