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
  public void readColumn(int column, float[] target, int offset) {
    float[] stored = new float[rows()];
    source.readColumn(column, stored, 0);
    for (int row = 0; row < stored.length; row++) {
      target[offset + row] = stored[order.applyAsInt(row)];
    }
  }
}
