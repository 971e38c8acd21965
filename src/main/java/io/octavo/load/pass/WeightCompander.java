package io.octavo.load.pass;

/**
 * Weight Compander: {@code a * arctan(w / b)} of each weight. The formula is a secondary source's;
 * the paper was not read.
 *
 * @param a factor of the result
 * @param b divisor of the weight, not 0
 */
public record WeightCompander(double a, double b) implements Reparametrization {
  /** Refuses a divisor of zero, and what is no number. */
  public WeightCompander {
    if (b == 0 || !Double.isFinite(a) || !Double.isFinite(b)) {
      throw new IllegalArgumentException("a is " + a + " and b is " + b);
    }
  }

  @Override
  public Weights effective(Weights stored) {
    return new MappedWeights(stored, (row, column, value) -> a * Math.atan(value / b));
  }
}
