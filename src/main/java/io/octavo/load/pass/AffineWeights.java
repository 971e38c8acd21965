package io.octavo.load.pass;

import org.jspecify.annotations.Nullable;

/**
 * Other weights, shifted and then scaled by row or by column: {@code (w - rowShift - columnShift) *
 * rowFactor * columnFactor}.
 *
 * @param source the other weights
 * @param rowShifts {@code [rows]}, or null for zeros
 * @param columnShifts {@code [columns]}, or null for zeros
 * @param rowFactors {@code [rows]}, or null for ones
 * @param columnFactors {@code [columns]}, or null for ones
 */
record AffineWeights(
    Weights source,
    double @Nullable [] rowShifts,
    double @Nullable [] columnShifts,
    double @Nullable [] rowFactors,
    double @Nullable [] columnFactors)
    implements Weights {

  static Weights minusRows(Weights source, double[] shifts) {
    return new AffineWeights(source, shifts, null, null, null);
  }

  static Weights minusColumns(Weights source, double[] shifts) {
    return new AffineWeights(source, null, shifts, null, null);
  }

  static Weights timesRows(Weights source, double[] factors) {
    return new AffineWeights(source, null, null, factors, null);
  }

  static Weights timesColumns(Weights source, double[] factors) {
    return new AffineWeights(source, null, null, null, factors);
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
    shift(target, columns(), at(rowShifts, row, 0), columnShifts, 0);
    scale(target, columns(), at(rowFactors, row, 1), columnFactors, 0);
  }

  @Override
  public void readColumn(int column, int firstRow, int count, double[] target) {
    source.readColumn(column, firstRow, count, target);
    shift(target, count, at(columnShifts, column, 0), rowShifts, firstRow);
    scale(target, count, at(columnFactors, column, 1), rowFactors, firstRow);
  }

  @Override
  public void check() {
    source.check();
  }

  private static double at(double @Nullable [] values, int index, double otherwise) {
    return values == null ? otherwise : values[index];
  }

  private static void shift(
      double[] values, int count, double by, double @Nullable [] each, int first) {
    for (int i = 0; i < count; i++) {
      values[i] -= by;
    }
    for (int i = 0; each != null && i < count; i++) {
      values[i] -= each[first + i];
    }
  }

  private static void scale(
      double[] values, int count, double by, double @Nullable [] each, int first) {
    for (int i = 0; i < count; i++) {
      values[i] *= by;
    }
    for (int i = 0; each != null && i < count; i++) {
      values[i] *= each[first + i];
    }
  }
}
