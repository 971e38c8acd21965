package io.octavo.tensor;

import java.util.List;

/**
 * A matrix of weights as a checkpoint holds it, {@code [rows, columns]} = {@code [outputs, inputs]}
 * for a linear layer, read as floats. Reading is for load time, and for the few columns that
 * LLM.int8() needs in their own precision; kernels never see this memory.
 *
 * <p>Safe for any number of threads.
 */
public sealed interface WeightMatrix
    permits StoredMatrix, BlockMatrix, CodedMatrix, ComputedMatrix, OrderedMatrix, StackedMatrix {
  /** Output features. */
  int rows();

  /** Input features. */
  int columns();

  /** The widest type in which the numbers are stored; {@link DType#I8} for codes and constants. */
  DType type();

  /** Reads row {@code row} to {@code target[offset ...]}, {@link #columns()} numbers. */
  void readRow(int row, float[] target, int offset);

  /**
   * Reads column {@code column} to {@code target[offset ...]}, {@link #rows()} numbers. Columns are
   * read long after the model was loaded, so this looks whether the file is still the same.
   *
   * @throws io.octavo.error.CheckpointException if the file that holds them was changed since
   */
  default void readColumn(int column, float[] target, int offset) {
    check();
    readColumn(column, 0, rows(), target, offset);
    // A change while the column was read, too; a fault may also be reported only here.
    check();
  }

  /**
   * Reads {@code count} numbers of column {@code column} from row {@code firstRow} to {@code
   * target[offset ...]}. Whoever reads parts of columns asks {@link #check()} behind the last of
   * them.
   *
   * @throws io.octavo.error.CheckpointException if the file that holds them has become shorter
   */
  void readColumn(int column, int firstRow, int count, float[] target, int offset);

  /**
   * Where in memory {@link #readColumn} finds a number, for those who have the processor fetch it
   * in advance; 0 if it does not lie there as it is.
   */
  default long address(int row, int column) {
    return 0;
  }

  /**
   * Does nothing if the numbers are what they were when the matrix was opened.
   *
   * @throws io.octavo.error.CheckpointException if the file that holds them was changed since
   */
  void check();

  /**
   * Reads {@code count} rows from {@code firstRow}, one behind the other: number {@code [firstRow +
   * r, c]} goes to {@code target[offset + r * columns() + c]}.
   */
  default void readRows(int firstRow, int count, float[] target, int offset) {
    for (int r = 0; r < count; r++) {
      readRow(firstRow + r, target, offset + r * columns());
    }
  }

  /** The matrices this one was stacked from; itself if it was not. */
  default List<WeightMatrix> parts() {
    return List.of(this);
  }

  /** Those matrices on top of each other; they have the same number of columns. */
  static WeightMatrix stack(List<WeightMatrix> parts) {
    return parts.size() == 1 ? parts.getFirst() : new StackedMatrix(parts);
  }
}
