package io.octavo.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** A matrix in one run of little-endian memory, row by row or column by column. */
public final class StoredMatrix implements WeightMatrix {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment data;
  private final DType type;
  private final int rows;
  private final int columns;
  private final boolean byColumns;
  private final SourceGuard guard;

  private StoredMatrix(
      MemorySegment data, DType type, int rows, int columns, boolean byColumns, SourceGuard guard) {
    if (type == DType.I8) {
      throw new IllegalArgumentException("Int8 codes are no weights without their scales");
    }
    if (rows < 0 || columns < 0 || data.byteSize() != (long) rows * columns * type.bytes()) {
      throw new IllegalArgumentException(
          data.byteSize() + " bytes are not a [" + rows + ", " + columns + "] matrix of " + type);
    }
    this.data = data;
    this.type = type;
    this.rows = rows;
    this.columns = columns;
    this.byColumns = byColumns;
    this.guard = guard;
  }

  /** A matrix stored row by row, {@code [rows, columns]} (PyTorch's linear layer). */
  public static StoredMatrix byRows(MemorySegment data, DType type, int rows, int columns) {
    return new StoredMatrix(data, type, rows, columns, false, SourceGuard.NONE);
  }

  /** A matrix stored column by column, {@code [columns, rows]} (ONNX's MatMul, GPT-2's Conv1D). */
  public static StoredMatrix byColumns(MemorySegment data, DType type, int rows, int columns) {
    return new StoredMatrix(data, type, rows, columns, true, SourceGuard.NONE);
  }

  /** A float32 matrix over {@code values}, row by row; the array is not copied. */
  public static StoredMatrix of(float[] values, int rows, int columns) {
    return byRows(MemorySegment.ofArray(values), DType.F32, rows, columns);
  }

  /** This matrix, read from memory that {@code value} watches. */
  public StoredMatrix guardedBy(SourceGuard value) {
    return new StoredMatrix(data, type, rows, columns, byColumns, value);
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public DType type() {
    return type;
  }

  @Override
  public void readRow(int row, float[] target, int offset) {
    try {
      if (byColumns) {
        readStrided(row, rows, columns, target, offset, 1);
      } else {
        readStrided((long) row * columns, 1, columns, target, offset, 1);
      }
    } catch (InternalError error) {
      throw guard.fault(error);
    }
  }

  @Override
  public void readColumn(int column, float[] target, int offset) {
    guard.check();
    try {
      if (byColumns) {
        readStrided((long) column * rows, 1, rows, target, offset, 1);
      } else {
        readStrided(column, columns, rows, target, offset, 1);
      }
      // A change while the column was read, too; a fault may also be reported only here.
      guard.check();
    } catch (InternalError error) {
      throw guard.fault(error);
    }
  }

  @Override
  public void readTransposed(int firstRow, int count, float[] target, int offset, int stride) {
    try {
      if (byColumns) {
        for (int c = 0; c < columns; c++) {
          readStrided((long) c * rows + firstRow, 1, count, target, offset + c * stride, 1);
        }
      } else {
        for (int r = 0; r < count; r++) {
          readStrided((long) (firstRow + r) * columns, 1, columns, target, offset + r, stride);
        }
      }
    } catch (InternalError error) {
      throw guard.fault(error);
    }
  }

  private void readStrided(
      long first, int step, int count, float[] target, int offset, int targetStep) {
    switch (type) {
      case F32 -> {
        if (step == 1 && targetStep == 1) {
          MemorySegment.copy(data, FLOAT, first * Float.BYTES, target, offset, count);
          return;
        }
        for (int i = 0; i < count; i++) {
          target[offset + i * targetStep] =
              data.get(FLOAT, (first + (long) i * step) * Float.BYTES);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i * targetStep] =
              Float.float16ToFloat(data.get(SHORT, (first + (long) i * step) * Short.BYTES));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i * targetStep] =
              BFloat16.toFloat(data.get(SHORT, (first + (long) i * step) * Short.BYTES));
        }
      }
      case I8 -> throw new IllegalStateException("refused by the constructor");
    }
  }
}
