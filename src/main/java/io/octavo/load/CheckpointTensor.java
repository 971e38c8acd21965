package io.octavo.load;

import io.octavo.tensor.BlockMatrix;
import io.octavo.tensor.DType;
import io.octavo.tensor.SourceGuard;
import io.octavo.tensor.StoredMatrix;
import io.octavo.tensor.WeightMatrix;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A tensor where the checkpoint holds it.
 *
 * @param name its name in the checkpoint
 * @param type how its numbers are stored; {@link DType#F32}, in which they are read, for blocks
 * @param shape its dimensions, outermost first; empty for a scalar
 * @param data what is stored of it, little-endian, exactly as many bytes as it needs
 * @param file the file it is in, for messages
 * @param place where it is in that file, for messages: {@code tensor X at byte offset N}
 * @param guard watches that file
 * @param form how it comes out of these bytes
 */
public record CheckpointTensor(
    String name,
    DType type,
    List<Long> shape,
    MemorySegment data,
    String file,
    String place,
    SourceGuard guard,
    TensorForm form) {

  /** Keeps an immutable copy of the shape. */
  public CheckpointTensor {
    shape = List.copyOf(shape);
  }

  /** A tensor whose numbers are stored one by one, row-major. */
  public CheckpointTensor(
      String name,
      DType type,
      List<Long> shape,
      MemorySegment data,
      String file,
      String place,
      SourceGuard guard) {
    this(name, type, shape, data, file, place, guard, TensorForm.PLAIN);
  }

  /**
   * The tensor as a matrix {@code [rows, columns]}, row by row.
   *
   * @param rows all dimensions but the last, multiplied
   * @param columns the last dimension
   */
  public WeightMatrix matrix(int rows, int columns) {
    if (form.transposed()) {
      throw new IllegalStateException(name + " is stored as its transpose; it is read by columns");
    }
    return form.view().apply(stored(rows, columns));
  }

  /**
   * The transpose of the tensor, {@code [rows, columns]} of one whose shape is {@code [columns,
   * rows]}: the weights of GPT-2's {@code Conv1D}.
   */
  public WeightMatrix matrixByColumns(int rows, int columns) {
    if (form.transposed()) {
      return form.view().apply(stored(rows, columns));
    }
    if (form.blocks() != null) {
      throw new IllegalStateException(name + " is stored in blocks, which are read by rows");
    }
    return form.view().apply(StoredMatrix.byColumns(data, type, rows, columns).guardedBy(guard));
  }

  /** The tensor's numbers, {@code length} in all. */
  float[] vector(int length) {
    float[] stored = new float[length];
    stored(1, length).readRow(0, stored, 0);
    float[] values = new float[length];
    form.view().apply(StoredMatrix.of(stored, length, 1)).readColumn(0, values, 0);
    return values;
  }

  private WeightMatrix stored(int rows, int columns) {
    return form.blocks() == null
        ? StoredMatrix.byRows(data, type, rows, columns).guardedBy(guard)
        : BlockMatrix.of(data, form.blocks(), rows, columns, guard);
  }
}
