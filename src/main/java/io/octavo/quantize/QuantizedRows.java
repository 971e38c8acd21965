package io.octavo.quantize;

import io.octavo.kernel.MatrixProductKernel;
import java.util.Arrays;

/**
 * Rows of activations as int8 codes with their constants; working memory that is filled again for
 * every product. {@code x ~ (code + offset) * step} for the elements that stayed.
 */
public final class QuantizedRows {
  /** Columns of outliers that are kept of a row; there is seldom a row with more. */
  private static final int KEPT = 16;

  private byte[] codes = new byte[0];
  private float[] absmax = new float[0];
  private int[][] found = new int[0][];
  private float[] steps = new float[0];
  private double[] offsets = new double[0];
  private int[] outliers = new int[0];
  private boolean[] weightOnly = new boolean[0];
  private int[] kept = new int[0];
  private int[] sharedColumns = new int[0];
  private int sharedCount;
  private boolean shared;

  /** Empty working memory. */
  public QuantizedRows() {}

  void prepare(int rows, int columns, int workers) {
    if (codes.length < rows * columns) {
      codes = new byte[rows * columns];
    }
    if (found.length < workers || found[0].length < columns) {
      found = new int[workers][columns];
    }
    if (steps.length < rows) {
      steps = new float[rows];
      absmax = new float[rows];
      offsets = new double[rows];
      outliers = new int[rows];
      weightOnly = new boolean[rows];
      kept = new int[rows * KEPT];
    }
    shared = false;
    sharedCount = 0;
  }

  void set(int row, float step, double offset, int outlierCount) {
    steps[row] = step;
    offsets[row] = offset;
    outliers[row] = outlierCount;
    weightOnly[row] = false;
  }

  /** Keeps the columns of the outliers of {@code row}, ascending, if they are few. */
  void keep(int row, int count, int[] columns) {
    if (count <= KEPT) {
      System.arraycopy(columns, 0, kept, row * KEPT, count);
    }
  }

  /** Writes the columns of so many outliers to {@code target}; false if they were not kept. */
  boolean copyKept(int row, int count, int[] target) {
    if (count > KEPT) {
      return false;
    }
    System.arraycopy(kept, row * KEPT, target, 0, count);
    return true;
  }

  void setWeightOnly(int row) {
    set(row, 0f, 0, 0);
    weightOnly[row] = true;
  }

  /** Codes of 0 for a whole row of {@code columns} elements from {@code offset}. */
  void clear(int offset, int columns) {
    Arrays.fill(codes, offset, offset + columns, (byte) MatrixProductKernel.CODE_BIAS);
  }

  void share(int[] columns) {
    shared = true;
    sharedColumns = columns;
    sharedCount = columns.length;
  }

  /**
   * Codes, row by row, as the products take them: with {@link MatrixProductKernel#CODE_BIAS} added,
   * as unsigned bytes. The code is 0 where an element left and for rows that are not quantized.
   */
  public byte[] codes() {
    return codes;
  }

  /** The code of an element of the rows, without the bias. */
  public int code(int index) {
    return Byte.toUnsignedInt(codes[index]) - MatrixProductKernel.CODE_BIAS;
  }

  /** The values of one step, row by row; see {@link #step}. */
  public float[] steps() {
    return steps;
  }

  /** Where the largest magnitude of what stays of each row is kept meanwhile. */
  float[] absmax() {
    return absmax;
  }

  /** Where a worker lists a row's outliers. */
  int[] found(int worker) {
    return found[worker];
  }

  /** Value of one step of {@code row}; NaN makes the row NaN. */
  public float step(int row) {
    return steps[row];
  }

  /** What is added to a code of {@code row}; 0 for absmax. */
  public double offset(int row) {
    return offsets[row];
  }

  /** Whether {@code row} has so many outliers that it meets the weights unquantized. */
  public boolean weightOnly(int row) {
    return weightOnly[row];
  }

  /** How many elements of {@code row} left the int8 product. */
  public int outliers(int row) {
    return shared ? sharedCount : outliers[row];
  }

  /** Whether the same columns left for every row. */
  public boolean shared() {
    return shared;
  }

  /** The columns that left for every row, ascending, where they are {@link #shared()}. */
  int[] sharedColumns() {
    return sharedColumns;
  }
}
