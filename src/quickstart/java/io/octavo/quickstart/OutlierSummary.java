package io.octavo.quickstart;

import io.octavo.ModelReport;
import io.octavo.ModelReport.LayerOutliers;
import io.octavo.quantize.OutlierCensus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The outliers that a model met: their share, and which features of each layer they fell on. */
final class OutlierSummary {
  private static final int FEATURES = 3;

  private long outliers;
  private double values;
  private final List<String> features = new ArrayList<>();

  private OutlierSummary() {}

  /** The lines to print: all layers together, then each by itself. */
  static List<String> lines(ModelReport report) {
    OutlierSummary total = new OutlierSummary();
    Map<String, OutlierSummary> layers = new LinkedHashMap<>();
    for (LayerOutliers linear : report.outliers()) {
      // "layer 3 FFN expansion" is a part of "layer 3".
      String[] words = linear.layer().split(" ", 3);
      String layer = words[0] + " " + words[1];
      total.add(linear.counts(), "");
      layers
          .computeIfAbsent(layer, name -> new OutlierSummary())
          .add(linear.counts(), words.length > 2 ? words[2] : "");
    }
    List<String> lines = new ArrayList<>();
    lines.add("Outliers met so far: " + total.share() + " of the activations");
    lines.add("  by layer, with the features they fell on, most affected first");
    layers.forEach(
        (layer, summary) ->
            lines.add(
                "  %s  %s  %s"
                    .formatted(layer, summary.share(), String.join("; ", summary.features))));
    return lines;
  }

  private void add(OutlierCensus.Snapshot counts, String part) {
    outliers += counts.outliers();
    values += (double) counts.rows() * counts.byColumn().length;
    int[] columns = counts.columns();
    if (columns.length > 0) {
      String most =
          Arrays.stream(columns)
              .limit(FEATURES)
              .mapToObj(Integer::toString)
              .collect(Collectors.joining(" "));
      features.add(part + " " + most + (columns.length > FEATURES ? " ..." : ""));
    }
  }

  private String share() {
    return String.format(Locale.ROOT, "%.3f %%", values == 0 ? 0 : 100 * outliers / values);
  }
}
