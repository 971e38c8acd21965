package io.octavo.load.pass;

/**
 * Weights that are a function of other weights, number by number.
 *
 * @param source the other weights
 * @param map the function
 */
record MappedWeights(Weights source, ElementMap map) implements Weights {
  /** A function of a number and its place. */
  @FunctionalInterface
  interface ElementMap {
    double apply(int row, int column, double value);
  }

  @Override
  public int rows() {
    return source.rows();
  }

  @Override
  public int columns() {
    return source.columns();
  }

  @Override
  public void readRow(int row, double[] target) {
    source.readRow(row, target);
    for (int column = 0; column < columns(); column++) {
      target[column] = map.apply(row, column, target[column]);
    }
  }

  @Override
  public void readColumn(int column, double[] target) {
    source.readColumn(column, target);
    for (int row = 0; row < rows(); row++) {
      target[row] = map.apply(row, column, target[row]);
    }
  }
}
