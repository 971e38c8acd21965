package io.octavo.quantize;

import io.octavo.kernel.FetchAhead;
import io.octavo.kernel.KernelScratch;
import io.octavo.tensor.DType;
import io.octavo.tensor.WeightMatrix;

/**
 * Adds what the outliers of a row contribute: {@code y[n] += x[k] * W[n][k]}, fused, outliers in
 * ascending order of {@code k}.
 */
public sealed interface OutlierProduct permits OutlierColumns, DequantizedColumns {
  /** The cache of columns holds at most this fraction of the int8 weights' bytes. */
  int CACHE_SHARE = 8;

  /**
   * Adds {@code value * W[first + n][column]} to {@code y[offset + n]} for {@code count} outputs.
   * Behind the last of a batch {@link #checkReadings} tells whether the weights were the same.
   */
  void accumulate(
      int column, float value, float[] y, int offset, int first, int count, KernelScratch scratch);

  /**
   * Names what {@link #accumulate} is going to read far apart in memory for some outliers, so that
   * it can be fetched during the product before it.
   *
   * @param columns the outliers' features
   * @param count how many
   * @param first the first output
   */
  void fetchAhead(int[] columns, int count, int first, FetchAhead target);

  /** How often the weights that were quantized have been read so far. */
  long readings();

  /**
   * Does nothing if they have not been read since, or are still the same.
   *
   * @param since {@link #readings()} of a moment before
   * @throws io.octavo.error.CheckpointException if the file that holds them was changed
   */
  void checkReadings(long since);

  /** Whether it keeps reading the weights that were quantized. */
  boolean readsSource();

  /**
   * The product for weights in the precision that {@code options} ask for; dequantized ones where
   * the checkpoint holds codes.
   *
   * @param source the weights in the checkpoint, read when an outlier needs them
   * @param quantized the same weights in int8
   * @param options the options
   */
  static OutlierProduct of(WeightMatrix source, QuantizedWeights quantized, LlmInt8 options) {
    OutlierWeights asked = options.outlierWeights();
    boolean coded = source.type() == DType.I8 && asked != OutlierWeights.INT8_AS_HALF;
    return switch (coded ? OutlierWeights.INT8 : asked) {
      case INT8 -> new DequantizedColumns(quantized, false);
      case INT8_AS_HALF -> new DequantizedColumns(quantized, true);
      case SOURCE -> columns(source, source.type());
      case HALF -> columns(source, source.type() == DType.BF16 ? DType.BF16 : DType.F16);
    };
  }

  private static OutlierColumns columns(WeightMatrix source, DType type) {
    long int8Bytes = (long) source.rows() * source.columns();
    return new OutlierColumns(source, type, int8Bytes / CACHE_SHARE);
  }
}
