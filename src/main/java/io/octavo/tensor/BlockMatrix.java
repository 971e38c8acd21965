package io.octavo.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** A matrix stored row by row in blocks, each row a whole number of them. */
public final class BlockMatrix implements WeightMatrix {
  private final MemorySegment data;
  private final BlockFormat format;
  private final int rows;
  private final int columns;
  private final int rowBytes;
  private final SourceGuard guard;

  private BlockMatrix(
      MemorySegment data, BlockFormat format, int rows, int columns, SourceGuard guard) {
    this.data = data;
    this.format = format;
    this.rows = rows;
    this.columns = columns;
    this.rowBytes = columns / format.numbers() * format.bytes();
    this.guard = guard;
  }

  /**
   * A matrix {@code [rows, columns]}.
   *
   * @param data its blocks, row by row, exactly as many bytes as they need
   * @param guard watches the memory they are in
   */
  public static BlockMatrix of(
      MemorySegment data, BlockFormat format, int rows, int columns, SourceGuard guard) {
    if (rows < 0 || columns < 0 || columns % format.numbers() != 0) {
      throw new IllegalArgumentException(
          "[" + rows + ", " + columns + "] is no matrix of whole blocks of " + format);
    }
    BlockMatrix matrix = new BlockMatrix(data, format, rows, columns, guard);
    if (data.byteSize() != (long) rows * matrix.rowBytes) {
      throw new IllegalArgumentException(
          data.byteSize() + " bytes are not a [" + rows + ", " + columns + "] matrix of " + format);
    }
    return matrix;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  /** What the blocks' numbers are computed in: {@link DType#F32}. */
  @Override
  public DType type() {
    return DType.F32;
  }

  /** How the numbers are stored. */
  public BlockFormat format() {
    return format;
  }

  @Override
  public void readRow(int row, float[] target, int offset) {
    try {
      decodeRow(row, new byte[rowBytes], target, offset);
    } catch (InternalError error) {
      throw guard.fault(error);
    }
  }

  private void decodeRow(int row, byte[] bytes, float[] target, int offset) {
    Objects.checkIndex(row, rows);
    // The decoders meet arrays only, so they are compiled for one kind of memory.
    guard.copy(data, (long) row * rowBytes, bytes, bytes.length);
    int at = 0;
    for (int c = 0; c < columns; c += format.numbers()) {
      format.decode(bytes, at, target, offset + c);
      at += format.bytes();
    }
  }

  @Override
  public void readColumn(int column, int firstRow, int count, float[] target, int offset) {
    Objects.checkIndex(column, columns);
    try {
      byte[] block = new byte[format.bytes()];
      float[] numbers = new float[format.numbers()];
      long first = (long) (column / format.numbers()) * format.bytes();
      for (int r = 0; r < count; r++) {
        long at = first + (long) (firstRow + r) * rowBytes;
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at, block, 0, block.length);
        format.decode(block, 0, numbers, 0);
        target[offset + r] = numbers[column % format.numbers()];
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
