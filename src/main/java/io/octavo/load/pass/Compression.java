package io.octavo.load.pass;

import java.util.Arrays;

/**
 * A residual stream of zero mean without its last feature, which is minus the sum of the others
 * (Jiang, Gu, Zhu and Pan, arXiv:2305.14858).
 */
public final class Compression {
  private Compression() {}

  /** A linear layer that writes, already centred: without its last output. */
  public static LinearWeights writer(LinearWeights layer) {
    double[] bias = layer.bias();
    return layer.with(
        new Leading(layer.weight(), layer.weight().rows() - 1, layer.weight().columns()),
        bias == null ? null : Arrays.copyOf(bias, bias.length - 1));
  }

  /** An embedding, already centred: without its last feature. */
  public static Weights embedding(Weights rows) {
    return new Leading(rows, rows.rows(), rows.columns() - 1);
  }

  /**
   * A linear layer that reads the normalized stream, whose norm has no weights of its own: the last
   * column is subtracted from all others and dropped.
   */
  public static LinearWeights reader(LinearWeights layer) {
    return layer.with(new WithoutLastInput(layer.weight()), layer.bias());
  }

  /** The first rows and columns. */
  private record Leading(Weights source, int rows, int columns) implements Weights {
    @Override
    public void readRow(int row, double[] target) {
      double[] all = new double[source.columns()];
      source.readRow(row, all);
      System.arraycopy(all, 0, target, 0, columns);
    }

    @Override
    public void readColumn(int column, int firstRow, int count, double[] target) {
      source.readColumn(column, firstRow, count, target);
    }

    @Override
    public void check() {
      source.check();
    }
  }

  /** All columns but the last, less the last. */
  private record WithoutLastInput(Weights source) implements Weights {
    @Override
    public int rows() {
      return source.rows();
    }

    @Override
    public int columns() {
      return source.columns() - 1;
    }

    @Override
    public void readRow(int row, double[] target) {
      double[] all = new double[source.columns()];
      source.readRow(row, all);
      for (int column = 0; column < columns(); column++) {
        target[column] = all[column] - all[columns()];
      }
    }

    @Override
    public void readColumn(int column, int firstRow, int count, double[] target) {
      double[] last = new double[count];
      source.readColumn(columns(), firstRow, count, last);
      source.readColumn(column, firstRow, count, target);
      for (int row = 0; row < count; row++) {
        target[row] -= last[row];
      }
    }

    @Override
    public void check() {
      source.check();
    }
  }
}
