package io.octavo.quantize;

import io.octavo.tensor.BFloat16;
import io.octavo.tensor.DType;
import io.octavo.tensor.WeightMatrix;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The columns of weights that outliers meet, in 16 or 32 bits, read from the checkpoint when first
 * needed and kept in a bounded cache. The cache only saves time: a column that was evicted is read
 * again, so that results never depend on history. Safe for any number of threads.
 */
final class OutlierColumns implements OutlierProduct {
  private final WeightMatrix source;
  private final DType type;
  private final AtomicReferenceArray<@Nullable Object> columns;
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
    long columnBytes = Math.max(1, (long) source.rows() * type.bytes());
    this.capacity = Math.clamp(maxBytes / columnBytes, 1, Math.max(1, source.columns()));
  }

  @Override
  public boolean readsSource() {
    return true;
  }

  @Override
  public void accumulate(int column, float value, float[] y, int offset, int first, int count) {
    Object numbers = columns.get(column);
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

  private Object load(int column) {
    float[] values = new float[source.rows()];
    source.readColumn(column, values, 0);
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
