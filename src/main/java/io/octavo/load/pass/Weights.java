package io.octavo.load.pass;

import io.octavo.tensor.ComputedMatrix;
import io.octavo.tensor.DType;
import io.octavo.tensor.WeightMatrix;

/**
 * A matrix {@code [rows, columns]} in double precision, whose numbers are computed when they are
 * read, so that a chain of passes over a large model needs no copy of it.
 *
 * <p>Safe for any number of threads.
 */
public interface Weights extends ComputedMatrix.Source {
  /** Whether these are int8 codes with constants, which no pass changes. */
  default boolean quantized() {
    return false;
  }

  /** The numbers of a checkpoint's matrix. */
  static Weights of(WeightMatrix matrix) {
    return new CheckpointWeights(matrix);
  }

  /**
   * Numbers in an array, row-major, which is not copied.
   *
   * @throws IllegalArgumentException if there are not {@code rows * columns}
   */
  static Weights of(double[] values, int rows, int columns) {
    if ((long) rows * columns != values.length) {
      throw new IllegalArgumentException(
          values.length + " numbers are not a [" + rows + ", " + columns + "] matrix");
    }
    return new ArrayWeights(values, rows, columns);
  }

  /** These numbers as a matrix that a linear layer is built from, rounded to float32. */
  default WeightMatrix toMatrix() {
    return ComputedMatrix.of(this);
  }

  /** All numbers, row-major. */
  default double[] toArray() {
    double[] result = new double[Math.multiplyExact(rows(), columns())];
    double[] row = new double[columns()];
    for (int r = 0; r < rows(); r++) {
      readRow(r, row);
      System.arraycopy(row, 0, result, r * columns(), columns());
    }
    return result;
  }

  /**
   * Weights of a checkpoint.
   *
   * @param matrix where they are
   */
  record CheckpointWeights(WeightMatrix matrix) implements Weights {
    /** The checkpoint's own matrix, in its own type. */
    @Override
    public WeightMatrix toMatrix() {
      return matrix;
    }

    @Override
    public int rows() {
      return matrix.rows();
    }

    @Override
    public int columns() {
      return matrix.columns();
    }

    @Override
    public boolean quantized() {
      return matrix.type() == DType.I8;
    }

    @Override
    public void readRow(int row, double[] target) {
      float[] values = new float[matrix.columns()];
      matrix.readRow(row, values, 0);
      widen(values, target);
    }

    @Override
    public void readColumn(int column, int firstRow, int count, double[] target) {
      float[] values = new float[count];
      matrix.readColumn(column, firstRow, count, values, 0);
      widen(values, target);
    }

    @Override
    public void check() {
      matrix.check();
    }

    private static void widen(float[] values, double[] target) {
      for (int i = 0; i < values.length; i++) {
        target[i] = values[i];
      }
    }
  }

  /**
   * Weights in an array.
   *
   * @param values row-major
   * @param rows how many
   * @param columns how many
   */
  record ArrayWeights(double[] values, int rows, int columns) implements Weights {
    @Override
    public void readRow(int row, double[] target) {
      System.arraycopy(values, row * columns, target, 0, columns);
    }

    @Override
    public void readColumn(int column, int firstRow, int count, double[] target) {
      for (int row = 0; row < count; row++) {
        target[row] = values[(firstRow + row) * columns + column];
      }
    }

    @Override
    public void check() {
      // An array of this process.
    }
  }
}
