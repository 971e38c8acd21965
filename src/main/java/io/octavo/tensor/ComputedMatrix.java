package io.octavo.tensor;

/**
 * A matrix whose numbers are computed in double precision when they are read, and rounded to
 * float32: what a pass over weights makes of a checkpoint's.
 */
public final class ComputedMatrix implements WeightMatrix {
  private final Source source;

  private ComputedMatrix(Source source) {
    this.source = source;
  }

  /** Computes the numbers; safe for any number of threads. */
  public interface Source {
    /** Output features of a linear layer, tokens of an embedding. */
    int rows();

    /** Input features of a linear layer, features of an embedding. */
    int columns();

    /** Computes row {@code row} to the first {@link #columns()} elements of {@code target}. */
    void readRow(int row, double[] target);

    /**
     * Computes {@code count} numbers of column {@code column} from row {@code firstRow} to the
     * first elements of {@code target}.
     */
    void readColumn(int column, int firstRow, int count, double[] target);

    /** As {@link WeightMatrix#check()}, of the weights that are read. */
    void check();
  }

  /** The matrix of a source. */
  public static ComputedMatrix of(Source source) {
    return new ComputedMatrix(source);
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
    return DType.F32;
  }

  @Override
  public void readRow(int row, float[] target, int offset) {
    double[] values = new double[columns()];
    source.readRow(row, values);
    round(values, target, offset);
  }

  @Override
  public void readColumn(int column, int firstRow, int count, float[] target, int offset) {
    double[] values = new double[count];
    source.readColumn(column, firstRow, count, values);
    round(values, target, offset);
  }

  @Override
  public void check() {
    source.check();
  }

  private static void round(double[] values, float[] target, int offset) {
    for (int i = 0; i < values.length; i++) {
      target[offset + i] = (float) values[i];
    }
  }
}
