package io.octavo.layer;

import io.octavo.error.InvalidInputException;
import io.octavo.kernel.PanelMatrix;
import io.octavo.kernel.StorableNumbers;
import io.octavo.parallel.Team;
import io.octavo.quantize.Absmax;
import io.octavo.tensor.BFloat16;
import io.octavo.tensor.DType;
import io.octavo.tensor.Halves;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.WeightMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A table of rows looked up by id, in 32, 16 or 8 bits; in 8 bits by absmax per row ({@link
 * Absmax}).
 */
public final class Embedding {
  /** Rows that are read together. */
  private static final int ROWS_READ = 8;

  private static final int ROWS_PER_TASK = 512;
  private static final int LARGEST_CODE = 127;

  private final DType type;
  private final int rows;
  private final int width;
  private final MemorySegment data;
  private final float[] absmax;
  private final int stride;

  private Embedding(
      DType type, int rows, int width, MemorySegment data, float[] absmax, int stride) {
    this.type = type;
    this.rows = rows;
    this.width = width;
    this.data = data;
    this.absmax = absmax;
    this.stride = stride;
  }

  /**
   * The rows of a head whose weights are the table's as well, read where they are.
   *
   * @param head in floating point
   */
  public static Embedding of(PanelMatrix head) {
    if (head.type() == DType.I8) {
      throw new IllegalArgumentException("Codes without their constants are no embeddings");
    }
    return new Embedding(
        head.type(), head.outputs(), head.inputs(), head.data(), new float[0], PanelMatrix.WIDTH);
  }

  /**
   * Stores {@code weights} in {@code type}, rounding to nearest even.
   *
   * @param weights {@code [rows, width]}
   * @param type how to store a number
   * @param memory where the rows go
   * @param team stores in parallel
   * @throws InvalidInputException if a number is not finite, or not in the range of {@code type}
   */
  public static Embedding store(WeightMatrix weights, DType type, NativeMemory memory, Team team) {
    int rows = weights.rows();
    int width = weights.columns();
    MemorySegment data = memory.allocate(Math.max(1, (long) rows * width * type.bytes()));
    Embedding target =
        new Embedding(type, rows, width, data, new float[type == DType.I8 ? rows : 0], 1);
    team.run(
        (rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK,
        (task, worker) -> {
          float[] values = new float[ROWS_READ * width];
          float[] row = new float[width];
          short[] halves = new short[width];
          byte[] codes = new byte[width];
          int last = Math.min(rows, (task + 1) * ROWS_PER_TASK);
          for (int first = task * ROWS_PER_TASK; first < last; first += ROWS_READ) {
            int count = Math.min(ROWS_READ, last - first);
            weights.readRows(first, count, values, 0);
            for (int r = 0; r < count; r++) {
              System.arraycopy(values, r * width, row, 0, width);
              target.put(first + r, row, halves, codes);
            }
          }
        });
    return target;
  }

  private void put(int row, float[] values, short[] halves, byte[] codes) {
    requireFinite(row, values);
    long at = (long) row * width * type.bytes();
    switch (type) {
      case F32 -> MemorySegment.copy(values, 0, data, ValueLayout.JAVA_FLOAT, at, width);
      case F16, BF16 -> {
        Halves.round(type, values, width, halves);
        MemorySegment.copy(halves, 0, data, ValueLayout.JAVA_SHORT, at, width);
      }
      case I8 -> {
        float largest = 0f;
        for (int i = 0; i < width; i++) {
          largest = Math.max(largest, Math.abs(values[i]));
        }
        float scale = Absmax.scale(largest);
        for (int i = 0; i < width; i++) {
          codes[i] = (byte) Math.rint(values[i] * scale);
        }
        absmax[row] = largest;
        MemorySegment.copy(codes, 0, data, ValueLayout.JAVA_BYTE, at, width);
      }
    }
  }

  private void requireFinite(int row, float[] values) {
    int beyond = StorableNumbers.firstBeyond(type, values, 0, width);
    if (beyond >= 0) {
      throw new InvalidInputException(
          "Number " + values[beyond] + " of row " + row + " cannot be stored in " + type);
    }
  }

  /** Whether its rows are the weights of that head. */
  public boolean shares(PanelMatrix head) {
    return data.address() == head.data().address();
  }

  /** Number of ids. */
  public int rows() {
    return rows;
  }

  /** How a number is stored. */
  public DType type() {
    return type;
  }

  /** Features of a row. */
  public int width() {
    return width;
  }

  /**
   * {@code y[offset ...] += row id}.
   *
   * @throws InvalidInputException if there is no such row
   */
  public void add(int id, float[] y, int offset) {
    if (id < 0 || id >= rows) {
      throw new InvalidInputException("Id " + id + " is not in [0, " + rows + ")");
    }
    // In panels, the numbers of a row are as far apart as a panel is wide.
    long first =
        stride == 1 ? (long) id * width : (long) (id / stride) * stride * width + id % stride;
    switch (type) {
      case F32 -> {
        for (int i = 0; i < width; i++) {
          y[offset + i] += data.getAtIndex(ValueLayout.JAVA_FLOAT, first + (long) i * stride);
        }
      }
      case F16 -> {
        for (int i = 0; i < width; i++) {
          short half = data.getAtIndex(ValueLayout.JAVA_SHORT, first + (long) i * stride);
          y[offset + i] += Float.float16ToFloat(half);
        }
      }
      case BF16 -> {
        for (int i = 0; i < width; i++) {
          short half = data.getAtIndex(ValueLayout.JAVA_SHORT, first + (long) i * stride);
          y[offset + i] += BFloat16.toFloat(half);
        }
      }
      case I8 -> {
        float step = Absmax.step(absmax[id]);
        for (int i = 0; i < width; i++) {
          y[offset + i] += data.get(ValueLayout.JAVA_BYTE, first + i) * step;
        }
      }
    }
  }

  /**
   * Reads a row such that {@link #store} makes the same row of it again, bit for bit. The numbers
   * are those that {@link #add} adds, except in 8 bits: there what has the largest code is read as
   * the largest magnitude that was stored, from which the step comes, and not as code times step,
   * whose rounding could lead to another step.
   *
   * @throws InvalidInputException if there is no such row
   */
  public void readRow(int id, float[] target) {
    // To which adding -0 gives -0.
    Arrays.fill(target, 0, width, -0f);
    add(id, target, 0);
    if (type == DType.I8) {
      long first = (long) id * width;
      for (int i = 0; i < width; i++) {
        byte code = data.get(ValueLayout.JAVA_BYTE, first + i);
        if (Math.abs(code) == LARGEST_CODE) {
          target[i] = Math.copySign(absmax[id], code);
        }
      }
    }
  }
}
