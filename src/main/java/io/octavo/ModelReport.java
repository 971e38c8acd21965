package io.octavo;

import io.octavo.layer.Int8Linear;
import io.octavo.load.pass.PassStep;
import io.octavo.model.ModelShape;
import io.octavo.model.NamedLinear;
import io.octavo.quantize.OutlierCensus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a loaded model is and has met so far.
 *
 * @param origin where it came from
 * @param descriptor its shape
 * @param floatBytes bytes its weights take in float32
 * @param offHeapBytes bytes it holds off-heap
 * @param loadTime from the start of the load until it was ready
 * @param outliers outliers met by each quantized layer, in the order they run; empty for a model in
 *     floating point
 */
public record ModelReport(
    Origin origin,
    ModelShape descriptor,
    long floatBytes,
    long offHeapBytes,
    Duration loadTime,
    List<LayerOutliers> outliers) {

  /**
   * Where a model came from.
   *
   * @param source what the user named
   * @param kind what kind of file it is and how it is read, for a person, such as {@code ONNX file,
   *     mapped}
   * @param outlierWeights in which precision outliers meet the weights, for a person; empty for a
   *     model in floating point
   * @param changes what was done to weights while they were read, in order: by passes that {@link
   *     io.octavo.load.LoadOptions} asked for, and where a checkpoint stores other weights than a
   *     forward pass uses
   * @param ignored what the files hold beside the model
   */
  public record Origin(
      String source,
      String kind,
      String outlierWeights,
      List<PassStep> changes,
      List<String> ignored) {
    /** Keeps immutable copies of the lists. */
    public Origin {
      changes = List.copyOf(changes);
      ignored = List.copyOf(ignored);
    }
  }

  /**
   * The outliers one layer met.
   *
   * @param layer its place in the model
   * @param counts the counts
   */
  public record LayerOutliers(String layer, OutlierCensus.Snapshot counts) {}

  /** What each quantized layer has met so far. */
  static List<LayerOutliers> outliers(List<NamedLinear> linears) {
    List<LayerOutliers> outliers = new ArrayList<>();
    for (NamedLinear named : linears) {
      if (named.linear() instanceof Int8Linear linear) {
        outliers.add(new LayerOutliers(named.name(), linear.census().snapshot()));
      }
    }
    return List.copyOf(outliers);
  }
}
