package io.octavo.tensor;

import java.util.function.IntUnaryOperator;

/** A matrix whose rows a checkpoint holds in another order. */
public final class OrderedMatrix implements WeightMatrix {
  private final WeightMatrix source;
  private final IntUnaryOperator order;

  private OrderedMatrix(WeightMatrix source, IntUnaryOperator order) {
    this.source = source;
    this.order = order;
  }

  /**
   * The rows of {@code source} in another order.
   *
   * @param order which row of {@code source} a row of the matrix is; each of them once
   */
  public static WeightMatrix of(WeightMatrix source, IntUnaryOperator order) {
    return source instanceof CodedMatrix coded
        ? coded.ordered(order)
        : new OrderedMatrix(source, order);
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
  public DType type() {
    return source.type();
  }

  @Override
  public void readRow(int row, float[] target, int offset) {
    source.readRow(order.applyAsInt(row), target, offset);
  }

  @Override
  public void readColumn(int column, int firstRow, int count, float[] target, int offset) {
    for (int r = 0; r < count; r++) {
      source.readColumn(column, order.applyAsInt(firstRow + r), 1, target, offset + r);
    }
  }

  @Override
  public void check() {
    source.check();
  }
}
