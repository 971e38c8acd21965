package io.octavo.load.pass;

/**
 * What writes to the residual stream, changed so that it writes vectors of zero mean (Jiang, Gu,
 * Zhu and Pan, arXiv:2305.14858). In a stream of zero mean LayerNorm's subtraction does nothing.
 * Centring what is centred changes nothing.
 */
public final class Centring {
  private Centring() {}

  /** A linear layer that writes: each column, and the bias, less its mean over the outputs. */
  public static LinearWeights writer(LinearWeights layer) {
    double[] means = columnMeans(layer.weight());
    return layer.with(
        AffineWeights.minusColumns(layer.weight(), means),
        layer.bias() == null ? null : centred(layer.bias()));
  }

  /** An embedding, or what reads a centred vector by its rows: each row less its mean. */
  public static Weights rows(Weights embedding) {
    double[] means = new double[embedding.rows()];
    double[] row = new double[embedding.columns()];
    for (int r = 0; r < means.length; r++) {
      embedding.readRow(r, row);
      means[r] = mean(row);
    }
    return AffineWeights.minusRows(embedding, means);
  }

  private static double[] columnMeans(Weights weight) {
    double[] means = new double[weight.columns()];
    double[] row = new double[weight.columns()];
    for (int r = 0; r < weight.rows(); r++) {
      weight.readRow(r, row);
      for (int column = 0; column < means.length; column++) {
        means[column] += row[column];
      }
    }
    for (int column = 0; column < means.length; column++) {
      means[column] /= weight.rows();
    }
    return means;
  }

  private static double[] centred(double[] values) {
    double mean = mean(values);
    double[] result = values.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] -= mean;
    }
    return result;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
