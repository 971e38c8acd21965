package io.octavo.quantize;

import io.octavo.kernel.Kernels;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.QuantizationKernel;
import io.octavo.parallel.Team;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns rows of activations into {@link QuantizedRows} as {@link LlmInt8} says. Stateless but for
 * the census it keeps.
 *
 * <p>Edge cases: a zero row has codes and step 0; a NaN makes its row NaN; an infinity is an
 * outlier, and where nothing is taken out it makes its row NaN; no rows give no rows. Where all
 * rows share a constant, what makes one of them NaN makes all of them.
 */
public final class ActivationQuantizer {
  private static final int ROWS_PER_TASK = RowPreparation.ROWS_PER_TASK;

  /**
   * Elements, of whole rows, that are prepared before they are quantized: with what they are made
   * of they stay in a first-level cache of 32 KiB or more.
   */
  private static final int PREPARED_ELEMENTS = 4096;

  private final LlmInt8 options;
  private final int columns;
  private final int outlierLimit;

  /** NaN, which nothing reaches, not even an infinity, where nothing is taken out. */
  private final float threshold;

  private final OutlierCensus census;
  private final QuantizationKernel kernel = Kernels.quantization();

  /** A quantizer of rows of {@code columns} elements. */
  public ActivationQuantizer(LlmInt8 options, int columns) {
    this.options = options;
    this.columns = columns;
    this.threshold = options.decomposes() ? options.threshold() : Float.NaN;
    this.outlierLimit = (int) Math.floor((double) options.outlierLimit() * columns);
    this.census = new OutlierCensus(columns);
  }

  /** The outliers met so far. */
  public OutlierCensus census() {
    return census;
  }

  /** Quantizes {@code rows} rows of {@code x} that lie next to each other. */
  public void quantize(float[] x, int rows, QuantizedRows target, Team team) {
    quantize(RowPreparation.NONE, x, rows, target, team);
  }

  /**
   * Prepares {@code rows} rows of {@code x} that lie next to each other, and quantizes them: where
   * a row's codes depend on that row alone, as soon as it is prepared.
   */
  public void quantize(
      RowPreparation preparation, float[] x, int rows, QuantizedRows target, Team team) {
    target.prepare(rows, columns, team.size());
    census.countRows(rows);
    if (options.scope() == OutlierScope.TOKEN && !constantOfAllRows()) {
      quantizeRows(preparation, x, rows, null, target, team);
      return;
    }
    preparation.prepareAll(rows, team);
    switch (options.scope()) {
      case TOKEN -> quantizeRows(RowPreparation.NONE, x, rows, range(x, rows), target, team);
      case BATCH, REFERENCE -> quantizeBatch(x, rows, target, team);
    }
  }

  private boolean constantOfAllRows() {
    return options.scheme().activations() == Granularity.TENSOR;
  }

  /** Writes the columns of the elements of {@code row} that left, ascending; returns how many. */
  public int outlierColumns(float[] x, int row, QuantizedRows rows, int[] target) {
    if (rows.shared()) {
      int[] shared = rows.sharedColumns();
      System.arraycopy(shared, 0, target, 0, shared.length);
      return shared.length;
    }
    int count = rows.outliers(row);
    if (rows.copyKept(row, count, target)) {
      return count;
    }
    // Leaves the same absmax again, whoever does it at the same time.
    return kernel.scan(x, row * columns, columns, threshold, target, rows.absmax(), row);
  }

  private void quantizeRows(
      RowPreparation preparation,
      float[] x,
      int rows,
      float @Nullable [] common,
      QuantizedRows target,
      Team team) {
    int tasks = (rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
    int together = Math.clamp(PREPARED_ELEMENTS / columns, 1, ROWS_PER_TASK);
    team.run(
        tasks,
        (task, worker) -> {
          int[] found = target.found(worker);
          int last = Math.min(rows, (task + 1) * ROWS_PER_TASK);
          for (int first = task * ROWS_PER_TASK; first < last; first += together) {
            int end = Math.min(last, first + together);
            preparation.prepare(first, end - first);
            for (int row = first; row < end; row++) {
              scanAndQuantize(x, row, common, found, target);
            }
          }
        });
  }

  private void scanAndQuantize(
      float[] x, int row, float @Nullable [] common, int[] found, QuantizedRows target) {
    int offset = row * columns;
    int outliers = kernel.scan(x, offset, columns, threshold, found, target.absmax(), row);
    for (int i = 0; i < outliers; i++) {
      census.countOutlier(found[i]);
    }
    target.keep(row, outliers, found);
    if (outliers > outlierLimit) {
      census.countWeightOnly();
      target.setWeightOnly(row);
      target.clear(offset, columns);
    } else {
      quantizeRow(x, offset, common, row, outliers, target);
    }
  }

  /**
   * The scopes of a batch: the columns with an outlier in any row leave for every row. Works on a
   * copy, with those columns zeroed and, for the reference library's constants, rounded to half.
   */
  private void quantizeBatch(float[] x, int rows, QuantizedRows target, Team team) {
    boolean reference = options.scope() == OutlierScope.REFERENCE;
    float[] copy = Arrays.copyOf(x, rows * columns);
    if (reference) {
      for (int i = 0; i < copy.length; i++) {
        copy[i] = Float.float16ToFloat(Float.floatToFloat16(copy[i]));
      }
    }
    int[] shared = unionOfOutliers(copy, rows, target);
    target.share(shared);
    if (shared.length > outlierLimit) {
      target.share(new int[0]);
      for (int row = 0; row < rows; row++) {
        census.countWeightOnly();
        target.setWeightOnly(row);
      }
      target.clear(0, rows * columns);
      return;
    }
    for (int row = 0; row < rows; row++) {
      for (int column : shared) {
        copy[row * columns + column] = 0f;
      }
    }
    float[] common = constantOfAllRows() ? range(copy, rows) : null;
    int tasks = (rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
    team.run(
        tasks,
        (task, worker) -> {
          int last = Math.min(rows, (task + 1) * ROWS_PER_TASK);
          for (int row = task * ROWS_PER_TASK; row < last; row++) {
            if (reference) {
              float absmax = target.absmax()[row];
              quantizeAbsmax(copy, row * columns, absmax, row, shared.length, target);
            } else {
              int[] found = target.found(worker);
              kernel.scan(copy, row * columns, columns, threshold, found, target.absmax(), row);
              quantizeRow(copy, row * columns, common, row, shared.length, target);
            }
          }
        });
  }

  /** Leaves the largest magnitude of what stays of each row in {@code target}. */
  private int[] unionOfOutliers(float[] x, int rows, QuantizedRows target) {
    boolean[] leaves = new boolean[columns];
    int[] found = target.found(0);
    for (int row = 0; row < rows; row++) {
      int count = kernel.scan(x, row * columns, columns, threshold, found, target.absmax(), row);
      for (int i = 0; i < count; i++) {
        leaves[found[i]] = true;
        census.countOutlier(found[i]);
      }
    }
    return IntStream.range(0, columns).filter(column -> leaves[column]).toArray();
  }

  /** Quantizes a scanned row with the constants of {@code common}, or its own. */
  private void quantizeRow(
      float[] x,
      int offset,
      float @Nullable [] common,
      int row,
      int outliers,
      QuantizedRows target) {
    if (options.scheme().zeropointActivations()) {
      float[] range = common == null ? range(x, offset, columns, outliers > 0) : common;
      Zeropoint zeropoint = Zeropoint.of(range[0], range[1]);
      for (int i = 0; i < columns; i++) {
        float value = Math.abs(x[offset + i]) >= threshold ? 0f : x[offset + i];
        target.codes()[offset + i] = (byte) (zeropoint.code(value) + MatrixProductKernel.CODE_BIAS);
      }
      target.set(row, (float) zeropoint.step(), (double) zeropoint.offset(), outliers);
    } else {
      float absmax = common == null ? target.absmax()[row] : common[2];
      quantizeAbsmax(x, offset, absmax, row, outliers, target);
    }
  }

  private void quantizeAbsmax(
      float[] x, int offset, float absmax, int row, int outliers, QuantizedRows target) {
    if (Float.isFinite(absmax)) {
      kernel.quantize(x, offset, columns, Absmax.scale(absmax), threshold, target.codes(), offset);
    } else {
      target.clear(offset, columns);
    }
    target.set(row, Absmax.step(absmax), 0, outliers);
  }

  /** Smallest, largest and largest magnitude of what stays of all rows. */
  private float[] range(float[] x, int rows) {
    boolean outliers = false;
    for (int i = 0; i < rows * columns && !outliers; i++) {
      outliers = Math.abs(x[i]) >= threshold;
    }
    return range(x, 0, rows * columns, outliers);
  }

  /** Elements that left count as the zeros they are quantized as. */
  private float[] range(float[] x, int offset, int count, boolean withZero) {
    float min = withZero ? 0f : Float.POSITIVE_INFINITY;
    float max = withZero ? 0f : Float.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + count; i++) {
      if (!(Math.abs(x[i]) >= threshold)) {
        min = Math.min(min, x[i]);
        max = Math.max(max, x[i]);
      }
    }
    return min > max
        ? new float[3]
        : new float[] {min, max, Math.max(Math.abs(min), Math.abs(max))};
  }
}
