package io.octavo.tensor;

import io.octavo.error.CheckpointException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.function.IntUnaryOperator;

/**
 * A matrix that a checkpoint holds as int8 codes, row by row, with the largest magnitude of each
 * row: {@code weight = code * absmax / 127}. This is how the reference library of LLM.int8() stores
 * a linear layer. Read as floats it is what the codes say; its codes can be read as they are.
 */
public final class CodedMatrix implements WeightMatrix {
  private static final float LEVELS = 127f;

  private final MemorySegment codes;
  private final float[] absmax;
  private final int columns;
  private final String file;
  private final String place;
  private final SourceGuard guard;
  private final IntUnaryOperator order;

  private CodedMatrix(
      MemorySegment codes,
      float[] absmax,
      int columns,
      String file,
      String place,
      SourceGuard guard,
      IntUnaryOperator order) {
    this.codes = codes;
    this.absmax = absmax;
    this.columns = columns;
    this.file = file;
    this.place = place;
    this.guard = guard;
    this.order = order;
  }

  /**
   * A matrix of {@code absmax.length} rows.
   *
   * @param codes the codes, row by row, {@code [rows, columns]}
   * @param absmax the largest magnitude of each row's weights, 0 or more and finite; not copied
   * @param columns input features
   * @param file where the codes are, for messages
   * @param place where in the file, for messages
   * @param guard watches that file
   * @throws CheckpointException if a magnitude is negative, infinite or NaN
   */
  public static CodedMatrix of(
      MemorySegment codes,
      float[] absmax,
      int columns,
      String file,
      String place,
      SourceGuard guard) {
    if (columns < 0 || codes.byteSize() != (long) absmax.length * columns) {
      throw new IllegalArgumentException(
          codes.byteSize() + " codes are no [" + absmax.length + ", " + columns + "] matrix");
    }
    for (int row = 0; row < absmax.length; row++) {
      if (!(absmax[row] >= 0f && absmax[row] < Float.POSITIVE_INFINITY)) {
        throw new CheckpointException(
            file, place, "the largest magnitude of its row " + row + " is given as " + absmax[row]);
      }
    }
    return new CodedMatrix(codes, absmax, columns, file, place, guard, IntUnaryOperator.identity());
  }

  /** Its rows in another order: row {@code r} is what {@code order} makes of it. */
  CodedMatrix ordered(IntUnaryOperator rows) {
    float[] reordered = new float[absmax.length];
    for (int row = 0; row < reordered.length; row++) {
      reordered[row] = absmax[rows.applyAsInt(row)];
    }
    return new CodedMatrix(codes, reordered, columns, file, place, guard, rows.andThen(order));
  }

  @Override
  public int rows() {
    return absmax.length;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public DType type() {
    return DType.I8;
  }

  /** The largest magnitude of a row's weights, as the checkpoint has it. */
  public float absmax(int row) {
    return absmax[row];
  }

  /** The value of one step of a row's codes. */
  public float step(int row) {
    return absmax[row] / LEVELS;
  }

  /**
   * Reads the codes of {@code count} rows from {@code firstRow}, one behind the other: number
   * {@code [firstRow + r, c]} goes to {@code target[offset + r * columns() + c]}.
   *
   * @throws CheckpointException if a code is -128, which stands for no weight
   */
  public void readCodes(int firstRow, int count, byte[] target, int offset) {
    Objects.checkFromIndexSize(firstRow, count, rows());
    try {
      for (int r = 0; r < count; r++) {
        for (int c = 0; c < columns; c++) {
          target[offset + r * columns + c] = code(firstRow + r, c);
        }
      }
    } catch (InternalError error) {
      throw guard.fault(error);
    }
  }

  private byte code(int row, int column) {
    byte code = codes.get(ValueLayout.JAVA_BYTE, (long) order.applyAsInt(row) * columns + column);
    if (code == Byte.MIN_VALUE) {
      throw new CheckpointException(
          file,
          place,
          "row "
              + order.applyAsInt(row)
              + " holds the code -128 in column "
              + column
              + "; codes are -127 to 127");
    }
    return code;
  }

  @Override
  public void readRow(int row, float[] target, int offset) {
    try {
      float step = step(row);
      for (int c = 0; c < columns; c++) {
        target[offset + c] = code(row, c) * step;
      }
    } catch (InternalError error) {
      throw guard.fault(error);
    }
  }

  @Override
  public void readColumn(int column, int firstRow, int count, float[] target, int offset) {
    try {
      for (int r = 0; r < count; r++) {
        target[offset + r] = code(firstRow + r, column) * step(firstRow + r);
      }
    } catch (InternalError error) {
      throw guard.fault(error);
    }
  }

  @Override
  public void check() {
    guard.checkReading();
  }
}
