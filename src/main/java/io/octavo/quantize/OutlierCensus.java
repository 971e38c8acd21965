package io.octavo.quantize;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/** Counts the outliers a layer meets, by input feature. Safe for any number of threads. */
public final class OutlierCensus {
  private final AtomicLongArray byColumn;
  private final AtomicLong rows = new AtomicLong();
  private final AtomicLong weightOnlyRows = new AtomicLong();

  OutlierCensus(int columns) {
    byColumn = new AtomicLongArray(columns);
  }

  void countRows(int count) {
    rows.addAndGet(count);
  }

  void countWeightOnly() {
    weightOnlyRows.incrementAndGet();
  }

  void countOutlier(int column) {
    byColumn.incrementAndGet(column);
  }

  /** What was counted so far. */
  public Snapshot snapshot() {
    long[] counts = IntStream.range(0, byColumn.length()).mapToLong(byColumn::get).toArray();
    return new Snapshot(rows.get(), weightOnlyRows.get(), counts);
  }

  /**
   * Counts at one moment.
   *
   * @param rows tokens seen
   * @param weightOnlyRows tokens whose share of outliers passed the limit
   * @param byColumn outliers per input feature
   */
  public record Snapshot(long rows, long weightOnlyRows, long[] byColumn) {
    /** Outliers in all. */
    public long outliers() {
      return Arrays.stream(byColumn).sum();
    }

    /** Share of the values seen that were outliers. */
    public double share() {
      return rows == 0 ? 0 : (double) outliers() / ((double) rows * byColumn.length);
    }

    /** Features that held at least one outlier, most frequent first. */
    public int[] columns() {
      return IntStream.range(0, byColumn.length)
          .filter(column -> byColumn[column] > 0)
          .boxed()
          .sorted((a, b) -> Long.compare(byColumn[b], byColumn[a]))
          .mapToInt(Integer::intValue)
          .toArray();
    }
  }
}
