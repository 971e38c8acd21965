package io.octavo.testing;

import java.util.List;

/**
 * How well vectors agree with reference vectors, all of length 1.
 *
 * @param meanCosine mean cosine
 * @param worstCosine least cosine
 * @param sameNeighbour share of vectors whose nearest neighbour among the others is the reference's
 */
public record Agreement(double meanCosine, double worstCosine, double sameNeighbour) {
  /** Compares. */
  public static Agreement of(List<float[]> vectors, List<double[]> reference) {
    double sum = 0;
    double worst = 1;
    int same = 0;
    double[][] widened = new double[vectors.size()][];
    for (int i = 0; i < widened.length; i++) {
      widened[i] = widen(vectors.get(i));
    }
    double[][] expected = reference.toArray(double[][]::new);
    for (int i = 0; i < widened.length; i++) {
      double cosine = cosine(widened[i], expected[i]);
      sum += cosine;
      worst = Math.min(worst, cosine);
      same += neighbour(widened, i) == neighbour(expected, i) ? 1 : 0;
    }
    return new Agreement(sum / widened.length, worst, (double) same / widened.length);
  }

  /** The cosine of two vectors. */
  public static double cosine(double[] a, double[] b) {
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int d = 0; d < a.length; d++) {
      product += a[d] * b[d];
      squaresA += a[d] * a[d];
      squaresB += b[d] * b[d];
    }
    return product / Math.sqrt(squaresA * squaresB);
  }

  private static int neighbour(double[][] vectors, int of) {
    int best = -1;
    double most = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < vectors.length; j++) {
      if (j != of) {
        double cosine = cosine(vectors[of], vectors[j]);
        if (cosine > most) {
          most = cosine;
          best = j;
        }
      }
    }
    return best;
  }

  private static double[] widen(float[] vector) {
    double[] widened = new double[vector.length];
    for (int d = 0; d < vector.length; d++) {
      widened[d] = vector[d];
    }
    return widened;
  }
}
