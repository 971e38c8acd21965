package io.octavo.load;

import io.octavo.tensor.BlockFormat;
import io.octavo.tensor.BlockMatrix;
import io.octavo.tensor.DType;
import io.octavo.tensor.SourceGuard;
import io.octavo.tensor.StoredMatrix;
import io.octavo.tensor.WeightMatrix;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A tensor where the checkpoint holds it.
 *
 * @param name its name in the checkpoint
 * @param type how its numbers are stored; {@link DType#F32}, in which they are read, for blocks
 * @param blocks the format of the blocks in which its numbers are stored; null if they are not
 * @param shape its dimensions, outermost first; empty for a scalar
 * @param data its numbers, row-major and little-endian, exactly as many bytes as they need
 * @param file the file it is in, for messages
 * @param place where it is in that file, for messages: {@code tensor X at byte offset N}
 * @param guard watches that file
 * @param view what makes the tensor of what is stored, such as another order of rows
 */
public record CheckpointTensor(
    String name,
    DType type,
    @Nullable BlockFormat blocks,
    List<Long> shape,
    MemorySegment data,
    String file,
    String place,
    SourceGuard guard,
    UnaryOperator<WeightMatrix> view) {

  /** Keeps an immutable copy of the shape. */
  public CheckpointTensor {
    shape = List.copyOf(shape);
  }

  /** A tensor as it is stored, perhaps in blocks. */
  public CheckpointTensor(
      String name,
      DType type,
      @Nullable BlockFormat blocks,
      List<Long> shape,
      MemorySegment data,
      String file,
      String place,
      SourceGuard guard) {
    this(name, type, blocks, shape, data, file, place, guard, UnaryOperator.identity());
  }

  /** A tensor whose numbers are stored one by one. */
  public CheckpointTensor(
      String name,
      DType type,
      List<Long> shape,
      MemorySegment data,
      String file,
      String place,
      SourceGuard guard) {
    this(name, type, null, shape, data, file, place, guard);
  }

  /**
   * The tensor as a matrix {@code [rows, columns]}, row by row.
   *
   * @param rows all dimensions but the last, multiplied
   * @param columns the last dimension
   */
  public WeightMatrix matrix(int rows, int columns) {
    return view.apply(raw(rows, columns));
  }

  /** The tensor's numbers, in the order of the file but for its {@link #view}. */
  float[] vector(int length) {
    float[] values = new float[length];
    raw(1, length).readRow(0, values, 0);
    float[] viewed = new float[length];
    view.apply(StoredMatrix.of(values, length, 1)).readColumn(0, viewed, 0);
    return viewed;
  }

  private WeightMatrix raw(int rows, int columns) {
    return blocks == null
        ? StoredMatrix.byRows(data, type, rows, columns).guardedBy(guard)
        : BlockMatrix.of(data, blocks, rows, columns, guard);
  }
}
