package io.octavo;

import io.octavo.model.EncoderDescriptor;
import io.octavo.quantize.OutlierCensus;
import java.time.Duration;
import java.util.List;

/**
 * What a loaded model is and has met so far.
 *
 * @param source the file it came from
 * @param descriptor its shape
 * @param floatBytes bytes its weights take in float32
 * @param offHeapBytes bytes it holds off-heap
 * @param loadTime from the start of the load until it was ready
 * @param ignored what the file holds beside the model
 * @param outliers outliers met by each quantized layer, in the order they run; empty for a model in
 *     floating point
 */
public record ModelReport(
    String source,
    EncoderDescriptor descriptor,
    long floatBytes,
    long offHeapBytes,
    Duration loadTime,
    List<String> ignored,
    List<LayerOutliers> outliers) {

  /**
   * The outliers one layer met.
   *
   * @param layer its place in the model
   * @param counts the counts
   */
  public record LayerOutliers(String layer, OutlierCensus.Snapshot counts) {}
}
