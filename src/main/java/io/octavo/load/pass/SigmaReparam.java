package io.octavo.load.pass;

import io.octavo.error.InvalidInputException;
import java.util.Arrays;

/**
 * sigmaReparam (Zhai et al., "Stabilizing Transformer Training by Preventing Attention Entropy
 * Collapse", arXiv:2303.06296): {@code sigma / norm(W) * W}. The spectral norm is that of one step
 * of power iteration from the stored vector, which is what the published code computes at
 * evaluation: {@code v = normalize(W u)}, {@code u' = normalize(W' v)}, {@code norm(W) = v' W u'}.
 * A converged norm would be another model.
 *
 * @param sigma the stored {@code sigma}
 * @param u the stored {@code spectral_normed_weight.u}, {@code [inputs]}
 */
public record SigmaReparam(double sigma, double[] u) implements Reparametrization {
  private static final double SMALLEST_NORM = 1e-12;

  @Override
  public Weights effective(Weights stored) {
    double norm = spectralNorm(stored);
    if (!(norm > 0) || Double.isInfinite(norm)) {
      throw new InvalidInputException(
          "Weights with a spectral norm of " + norm + " cannot be divided by it (sigmaReparam)");
    }
    double[] factors = new double[stored.rows()];
    Arrays.fill(factors, sigma / norm);
    return AffineWeights.timesRows(stored, factors);
  }

  /** The spectral norm after the one step. */
  public double spectralNorm(Weights stored) {
    if (u.length != stored.columns()) {
      throw new IllegalArgumentException(
          "u has " + u.length + " numbers for " + stored.columns() + " inputs");
    }
    double[] v = new double[stored.rows()];
    double[] row = new double[stored.columns()];
    for (int r = 0; r < v.length; r++) {
      stored.readRow(r, row);
      v[r] = dot(row, u);
    }
    double length = Math.max(Math.sqrt(dot(v, v)), SMALLEST_NORM);
    double[] next = new double[row.length];
    for (int r = 0; r < v.length; r++) {
      stored.readRow(r, row);
      for (int column = 0; column < row.length; column++) {
        next[column] += row[column] * v[r] / length;
      }
    }
    // v' W u' with u' = W' v / |W' v|
    double squares = dot(next, next);
    return squares / Math.max(Math.sqrt(squares), SMALLEST_NORM);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum = Math.fma(a[i], b[i], sum);
    }
    return sum;
  }
}
