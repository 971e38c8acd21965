package io.octavo.tensor;

import java.util.List;

/** Matrices of the same number of columns on top of each other, read as one. */
final class StackedMatrix implements WeightMatrix {
  private final List<WeightMatrix> parts;
  private final int rows;

  StackedMatrix(List<WeightMatrix> parts) {
    this.parts = parts.stream().flatMap(part -> part.parts().stream()).toList();
    int columns = parts.getFirst().columns();
    int sum = 0;
    for (WeightMatrix part : parts) {
      if (part.columns() != columns) {
        throw new IllegalArgumentException(
            "Matrices of " + columns + " and of " + part.columns() + " columns do not stack");
      }
      sum = Math.addExact(sum, part.rows());
    }
    this.rows = sum;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return parts.getFirst().columns();
  }

  @Override
  public DType type() {
    DType widest = parts.getFirst().type();
    for (WeightMatrix part : parts) {
      if (part.type() != widest) {
        widest = DType.F32;
      }
    }
    return widest;
  }

  @Override
  public List<WeightMatrix> parts() {
    return parts;
  }

  @Override
  public void readRow(int row, float[] target, int offset) {
    int first = 0;
    for (WeightMatrix part : parts) {
      if (row < first + part.rows()) {
        part.readRow(row - first, target, offset);
        return;
      }
      first += part.rows();
    }
    throw new IndexOutOfBoundsException("Row " + row + " of " + rows);
  }

  @Override
  public void readColumn(int column, int firstRow, int count, float[] target, int offset) {
    int first = 0;
    for (WeightMatrix part : parts) {
      int from = Math.max(firstRow, first);
      int to = Math.min(firstRow + count, first + part.rows());
      if (from < to) {
        part.readColumn(column, from - first, to - from, target, offset + from - firstRow);
      }
      first += part.rows();
    }
  }

  @Override
  public void check() {
    for (WeightMatrix part : parts) {
      part.check();
    }
  }

  @Override
  public void readRows(int firstRow, int count, float[] target, int offset) {
    int first = 0;
    for (WeightMatrix part : parts) {
      int from = Math.max(firstRow, first);
      int to = Math.min(firstRow + count, first + part.rows());
      if (from < to) {
        part.readRows(from - first, to - from, target, offset + (from - firstRow) * columns());
      }
      first += part.rows();
    }
  }
}
