package io.octavo.study;

import io.octavo.ModelReport;
import io.octavo.quantize.OutlierCensus.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The outliers each quantized layer met. */
final class OutlierTable {
  private static final int SHOWN = 4;

  private OutlierTable() {}

  static String of(ModelReport report) {
    List<List<String>> rows = new ArrayList<>();
    for (ModelReport.LayerOutliers layer : report.outliers()) {
      Snapshot counts = layer.counts();
      rows.add(
          List.of(
              layer.layer(),
              Markdown.percent(counts.share(), 4),
              counts.columns().length + " of " + counts.byColumn().length,
              mostFrequent(counts),
              Long.toString(counts.weightOnlyRows())));
    }
    return Markdown.table(
        List.of(
            "input of",
            "values >= 6.0",
            "features with one",
            "most frequent (feature: tokens)",
            "weight-only tokens"),
        rows);
  }

  private static String mostFrequent(Snapshot counts) {
    int[] columns = counts.columns();
    return columns.length == 0
        ? "-"
        : Arrays.stream(columns)
            .limit(SHOWN)
            .mapToObj(column -> Markdown.format("%d: %,d", column, counts.byColumn()[column]))
            .collect(Collectors.joining("; "));
  }
}
