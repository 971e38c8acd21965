package io.octavo.quantize;

import io.octavo.kernel.FetchAhead;
import io.octavo.kernel.KernelScratch;
import io.octavo.tensor.BFloat16;
import io.octavo.tensor.DType;
import io.octavo.tensor.WeightMatrix;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The columns of weights that outliers meet, in 16 or 32 bits, read from the checkpoint; those that
 * are met again and again are kept in a bounded cache. The cache only saves time: a column that was
 * evicted is read again, so that results never depend on history. Safe for any number of threads.
 */
final class OutlierColumns implements OutlierProduct {
  /**
   * A column is kept when it is met so many times. Outliers of trained models stay in a few
   * features; where they do not, reading what is needed, each thread its part, costs less than
   * fetching whole columns that give way before they are met again.
   */
  private static final int MEETINGS_BEFORE_KEEPING = 16;

  private final WeightMatrix source;
  private final DType type;
  private final AtomicReferenceArray<@Nullable Object> columns;
  private final AtomicIntegerArray meetings;
  private final AtomicLong readings = new AtomicLong();
  private final ArrayDeque<Integer> oldest = new ArrayDeque<>();
  private final int capacity;

  /**
   * Columns of {@code source}.
   *
   * @param type in which type they are kept
   * @param maxBytes bound of the cache; at least one column is kept
   */
  OutlierColumns(WeightMatrix source, DType type, long maxBytes) {
    this.source = source;
    this.type = type;
    this.columns = new AtomicReferenceArray<>(source.columns());
    this.meetings = new AtomicIntegerArray(source.columns());
    long columnBytes = Math.max(1, (long) source.rows() * type.bytes());
    this.capacity = Math.clamp(maxBytes / columnBytes, 1, Math.max(1, source.columns()));
  }

  @Override
  public boolean readsSource() {
    return true;
  }

  @Override
  public void fetchAhead(int[] columns, int count, int first, FetchAhead target) {
    for (int i = 0; i < count && source.rows() > 1; i++) {
      if (this.columns.get(columns[i]) == null) {
        long address = source.address(0, columns[i]);
        long stride = source.address(1, columns[i]) - address;
        target.add(address == 0 ? 0 : address + first * stride, stride);
      }
    }
  }

  @Override
  public long readings() {
    return readings.get();
  }

  @Override
  public void checkReadings(long since) {
    if (readings.get() != since) {
      source.check();
    }
  }

  @Override
  public void accumulate(
      int column, float value, float[] y, int offset, int first, int count, KernelScratch scratch) {
    Object numbers = columns.get(column);
    if (numbers == null && isRare(column, first)) {
      float[] part = scratch.wide(count);
      readings.incrementAndGet();
      source.readColumn(column, first, count, part, 0);
      addFloats(value, part, 0, y, offset, count);
      return;
    }
    if (numbers == null) {
      numbers = load(column);
    }
    if (numbers instanceof float[] floats) {
      addFloats(value, floats, first, y, offset, count);
    } else if (type == DType.BF16) {
      addBrainFloats(value, (short[]) numbers, first, y, offset, count);
    } else {
      addHalves(value, (short[]) numbers, first, y, offset, count);
    }
  }

  private static void addFloats(
      float value, float[] column, int first, float[] y, int offset, int count) {
    for (int n = 0; n < count; n++) {
      y[offset + n] = Math.fma(value, column[first + n], y[offset + n]);
    }
  }

  private static void addHalves(
      float value, short[] column, int first, float[] y, int offset, int count) {
    for (int n = 0; n < count; n++) {
      y[offset + n] = Math.fma(value, Float.float16ToFloat(column[first + n]), y[offset + n]);
    }
  }

  private static void addBrainFloats(
      float value, short[] column, int first, float[] y, int offset, int count) {
    for (int n = 0; n < count; n++) {
      y[offset + n] = Math.fma(value, BFloat16.toFloat(column[first + n]), y[offset + n]);
    }
  }

  /**
   * Whether a column had better be read in parts. One that is to be narrowed is not: whether it can
   * be is known of a whole column only.
   */
  private boolean isRare(int column, int first) {
    int met = first == 0 ? meetings.incrementAndGet(column) : meetings.get(column);
    return type == source.type() && met < MEETINGS_BEFORE_KEEPING;
  }

  private Object load(int column) {
    float[] values = new float[source.rows()];
    source.readColumn(column, values, 0);
    meetings.set(column, 0);
    Object numbers = narrow(values);
    synchronized (oldest) {
      if (columns.compareAndSet(column, null, numbers)) {
        oldest.add(column);
        if (oldest.size() > capacity) {
          columns.set(oldest.remove(), null);
        }
      }
    }
    return numbers;
  }

  /** A column that does not fit the range of half precision stays in float32. */
  private Object narrow(float[] values) {
    short[] narrow = new short[values.length];
    switch (type) {
      case BF16 -> {
        for (int n = 0; n < narrow.length; n++) {
          narrow[n] = BFloat16.fromFloat(values[n]);
        }
      }
      case F16 -> {
        for (int n = 0; n < narrow.length; n++) {
          narrow[n] = Float.floatToFloat16(values[n]);
          if (Math.abs(values[n]) >= DType.HALF_OVERFLOW) {
            return values;
          }
        }
      }
      case F32 -> {
        return values;
      }
      case I8 -> throw new IllegalStateException("Codes are no outlier columns");
    }
    return narrow;
  }
}
