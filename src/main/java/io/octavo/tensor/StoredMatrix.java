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

  /** Columns that are turned to rows together, few enough to stay in the first cache. */
  private static final int COLUMN_BLOCK = 32;

  /** Numbers that are read together, few enough to stay in the second cache. */
  private static final int RUN = 16_384;

  /** What a thread reads by way of; a new one each time would cost as much as reading. */
  private static final class Run {
    final byte[] bytes = new byte[RUN * Float.BYTES];
    final MemorySegment read = MemorySegment.ofArray(bytes);
    final short[] halves = new short[RUN];
  }

  private static final ThreadLocal<Run> RUNS = ThreadLocal.withInitial(Run::new);

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
        readStrided(row, rows, columns, target, offset);
      } else {
        readRun((long) row * columns, columns, target, offset);
      }
    } catch (InternalError error) {
      throw guard.fault(error);
    }
  }

  @Override
  public void readColumn(int column, int firstRow, int count, float[] target, int offset) {
    try {
      if (byColumns) {
        readRun((long) column * rows + firstRow, count, target, offset);
      } else {
        readStrided((long) firstRow * columns + column, columns, count, target, offset);
      }
    } catch (InternalError error) {
      throw guard.fault(error);
    }
  }

  @Override
  public long address(int row, int column) {
    return byColumns || !data.isNative()
        ? 0
        : data.address() + ((long) row * columns + column) * type.bytes();
  }

  @Override
  public void check() {
    guard.checkReading();
  }

  /** Of a matrix by columns, numbers that lie side by side are read together. */
  @Override
  public void readRows(int firstRow, int count, float[] target, int offset) {
    if (count == 1) {
      readRow(firstRow, target, offset);
      return;
    }
    try {
      if (byColumns) {
        turnRows(firstRow, count, target, offset);
      } else {
        readRun((long) firstRow * columns, count * columns, target, offset);
      }
    } catch (InternalError error) {
      throw guard.fault(error);
    }
  }

  private void turnRows(int firstRow, int count, float[] target, int offset) {
    float[] block = new float[COLUMN_BLOCK * count];
    for (int first = 0; first < columns; first += COLUMN_BLOCK) {
      int taken = Math.min(COLUMN_BLOCK, columns - first);
      for (int c = 0; c < taken; c++) {
        readRun((long) (first + c) * rows + firstRow, count, block, c * count);
      }
      for (int r = 0; r < count; r++) {
        for (int c = 0; c < taken; c++) {
          target[offset + r * columns + first + c] = block[c * count + r];
        }
      }
    }
  }

  /** Numbers side by side, by way of an array, which every loop reads as fast as can be. */
  private void readRun(long first, int count, float[] target, int offset) {
    Run run = RUNS.get();
    for (int done = 0; done < count; done += RUN) {
      int taken = Math.min(RUN, count - done);
      guard.copy(data, (first + done) * type.bytes(), run.bytes, taken * type.bytes());
      if (type == DType.F32) {
        MemorySegment.copy(run.read, FLOAT, 0, target, offset + done, taken);
      } else {
        MemorySegment.copy(run.read, SHORT, 0, run.halves, 0, taken);
        Halves.widen(type, run.halves, taken, target, offset + done);
      }
    }
  }

  /** Loops of nothing else, so that the processor waits for many of the numbers at a time. */
  private void readStrided(long first, int step, int count, float[] target, int offset) {
    long at = first * type.bytes();
    long stride = (long) step * type.bytes();
    if (type == DType.F32) {
      for (int i = 0; i < count; i++) {
        target[offset + i] = data.get(FLOAT, at + i * stride);
      }
      return;
    }
    short[] halves = RUNS.get().halves;
    for (int done = 0; done < count; done += RUN) {
      int taken = Math.min(RUN, count - done);
      for (int i = 0; i < taken; i++) {
        halves[i] = data.get(SHORT, at + (done + i) * stride);
      }
      Halves.widen(type, halves, taken, target, offset + done);
    }
  }
}
