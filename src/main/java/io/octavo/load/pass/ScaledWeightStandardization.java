package io.octavo.load.pass;

import io.octavo.error.InvalidInputException;

/**
 * Scaled weight standardization (Brock, De and Smith, "Characterizing signal propagation to close
 * the performance gap in unnormalized ResNets", arXiv:2101.08692): {@code gain * (w - mean) /
 * (deviation * sqrt(inputs))} for each output, with the biased deviation of its weights.
 *
 * @param gain {@code [outputs]}
 * @param guard what keeps the divisor from zero
 * @param epsilon of the guard; not used without one
 */
public record ScaledWeightStandardization(double[] gain, Guard guard, double epsilon)
    implements Reparametrization {
  /** Where epsilon stands. */
  public enum Guard {
    /** Nowhere: a row of equal weights has no standardization. */
    NONE,
    /** {@code sqrt(max(variance * inputs, epsilon))} (DeepMind's code, 1e-4). */
    FLOOR,
    /** {@code sqrt(variance + epsilon) * sqrt(inputs)} (timm's code, 1e-6). */
    IN_VARIANCE,
    /** {@code (deviation + epsilon) * sqrt(inputs)}. */
    OUTSIDE_ROOT
  }

  @Override
  public Weights effective(Weights stored) {
    if (gain.length != stored.rows()) {
      throw new IllegalArgumentException(
          "gain has " + gain.length + " numbers for " + stored.rows() + " outputs");
    }
    RowMoments moments = RowMoments.of(stored);
    double[] factors = new double[gain.length];
    int inputs = stored.columns();
    for (int row = 0; row < factors.length; row++) {
      double squares = moments.squares()[row];
      double divisor =
          switch (guard) {
            case NONE -> Math.sqrt(squares);
            case FLOOR -> Math.sqrt(Math.max(squares, epsilon));
            case IN_VARIANCE -> Math.sqrt(squares + epsilon * inputs);
            case OUTSIDE_ROOT -> Math.sqrt(squares) + epsilon * Math.sqrt(inputs);
          };
      if (!(divisor > 0)) {
        throw new InvalidInputException(
            "Row " + row + " of the weights is constant: it has no scaled standardization");
      }
      factors[row] = gain[row] / divisor;
    }
    return moments.standardized(stored, factors);
  }
}
