package io.octavo.study;

import io.octavo.load.LoadOptions;
import io.octavo.testing.Agreement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs configurations, each once, and puts them into tables. */
final class AccuracyTable {
  private static final List<String> HEADER =
      List.of(
          "configuration",
          "mean cosine",
          "worst cosine",
          "same nearest neighbour",
          "values in floating point");

  private final Corpus corpus;
  private final Map<LoadOptions, Measurement> measurements = new HashMap<>();
  private final List<List<String>> rows = new ArrayList<>();

  AccuracyTable(Corpus corpus) {
    this.corpus = corpus;
  }

  Measurement measure(String name, LoadOptions options) {
    Measurement known = measurements.get(options);
    if (known != null) {
      return known;
    }
    Measurement measurement = Measurement.of(options, corpus);
    measurements.put(options, measurement);
    System.out.println(name + ": " + measurement.agreement());
    return measurement;
  }

  /** A line on its own that heads those below it. */
  void heading(String title) {
    List<String> cells = new ArrayList<>(List.of(Markdown.bold(title)));
    for (int i = 1; i < HEADER.size(); i++) {
      cells.add("");
    }
    rows.add(cells);
  }

  void add(String name, LoadOptions options) {
    Measurement measurement = measure(name, options);
    String share = Markdown.percent(measurement.floatShare(), 3);
    if (measurement.weightOnlyTokens() > 0) {
      share += " (weight-only tokens)";
    }
    List<String> cells = cells(name, measurement.agreement(), share);
    rows.add(options.equals(LoadOptions.defaults()) ? Markdown.bold(cells) : cells);
  }

  void add(String name, Agreement agreement) {
    System.out.println(name + ": " + agreement);
    rows.add(cells(name, agreement, "-"));
  }

  private static List<String> cells(String name, Agreement agreement, String share) {
    return List.of(
        name,
        Markdown.cosine(agreement.meanCosine()),
        Markdown.cosine(agreement.worstCosine()),
        Markdown.percent(agreement.sameNeighbour(), 1),
        share);
  }

  String text() {
    return Markdown.table(HEADER, rows);
  }
}
