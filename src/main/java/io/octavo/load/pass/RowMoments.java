package io.octavo.load.pass;

/**
 * Mean and sum of squared distances from it of each row.
 *
 * @param means {@code [rows]}
 * @param squares {@code [rows]}
 */
record RowMoments(double[] means, double[] squares) {
  static RowMoments of(Weights weights) {
    double[] means = new double[weights.rows()];
    double[] squares = new double[weights.rows()];
    double[] row = new double[weights.columns()];
    for (int r = 0; r < means.length; r++) {
      weights.readRow(r, row);
      double sum = 0;
      for (double value : row) {
        sum += value;
      }
      double mean = sum / row.length;
      means[r] = mean;
      for (double value : row) {
        squares[r] += (value - mean) * (value - mean);
      }
    }
    return new RowMoments(means, squares);
  }

  /** The weights with each row less its mean and times its factor. */
  Weights standardized(Weights weights, double[] factors) {
    return new AffineWeights(weights, means, null, factors, null);
  }
}
