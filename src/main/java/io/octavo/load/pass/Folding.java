package io.octavo.load.pass;

import org.jspecify.annotations.Nullable;

/**
 * Fixed maps of single features, absorbed by the linear layer before or behind them: the layer's
 * output, or what it reads, stays what it was. Exact but for rounding.
 */
public final class Folding {
  private Folding() {}

  /**
   * {@code W (scale * x + shift) + b} as one linear layer: {@code W diag(scale)} and {@code b + W
   * shift}. What a norm of fixed scale does (PowerNorm, Unified Normalization, BatchNorm), or the
   * weights of any norm, if nothing but linear layers reads the result.
   *
   * @param layer reads the result of the map
   * @param scale {@code [inputs]}, or null for ones
   * @param shift {@code [inputs]}, or null for zeros
   * @throws IllegalArgumentException if the lengths differ
   */
  public static LinearWeights intoNext(
      LinearWeights layer, double @Nullable [] scale, double @Nullable [] shift) {
    int inputs = layer.weight().columns();
    double[] bias = layer.bias();
    if (shift != null) {
      bias = shifted(layer, checked("shift", shift, inputs));
    }
    if (scale == null) {
      return layer.with(layer.weight(), bias);
    }
    double[] factors = checked("scale", scale, inputs);
    return layer.with(AffineWeights.timesColumns(layer.weight(), factors), bias);
  }

  /**
   * {@code scale * (W x + b) + shift} as one linear layer: LayerScale and other gains of a branch,
   * and the batch normalization of a layer's outputs.
   *
   * @param layer writes what is mapped
   * @param scale {@code [outputs]}
   * @param shift {@code [outputs]}, or null for zeros
   * @throws IllegalArgumentException if the lengths differ
   */
  public static LinearWeights intoPrevious(
      LinearWeights layer, double[] scale, double @Nullable [] shift) {
    int outputs = layer.weight().rows();
    double[] factors = checked("scale", scale, outputs);
    double[] bias = shift == null ? null : checked("shift", shift, outputs);
    double[] own = layer.bias();
    if (own != null) {
      bias = bias == null ? new double[outputs] : bias;
      for (int row = 0; row < outputs; row++) {
        bias[row] = factors[row] * own[row] + bias[row];
      }
    }
    return layer.with(AffineWeights.timesRows(layer.weight(), factors), bias);
  }

  private static double[] shifted(LinearWeights layer, double[] shift) {
    Weights weight = layer.weight();
    double[] own = layer.bias();
    double[] result = own == null ? new double[weight.rows()] : own.clone();
    double[] row = new double[weight.columns()];
    for (int r = 0; r < result.length; r++) {
      weight.readRow(r, row);
      double sum = 0;
      for (int column = 0; column < row.length; column++) {
        sum = Math.fma(row[column], shift[column], sum);
      }
      result[r] += sum;
    }
    return result;
  }

  private static double[] checked(String name, double[] values, int length) {
    if (values.length != length) {
      throw new IllegalArgumentException(
          name + " has " + values.length + " numbers for " + length + " features");
    }
    return values.clone();
  }
}
