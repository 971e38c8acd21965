package io.octavo.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pairs of runs of two engines, from the file that benchmarks/compare writes: a line for each pair,
 * with threads, shape, the engines and their tokens per second.
 */
record Comparison(Map<List<String>, List<double[]>> pairs) {
  private static final int CONFIGURATION_COLUMNS = 4;

  static Comparison read(Path file) throws IOException {
    Map<List<String>, List<double[]>> pairs = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      List<String> cells = List.of(line.split("\t", -1));
      if (cells.size() != CONFIGURATION_COLUMNS + 2) {
        throw new IOException(file + " has a line that is no pair: " + line);
      }
      pairs
          .computeIfAbsent(cells.subList(0, CONFIGURATION_COLUMNS), key -> new ArrayList<>())
          .add(new double[] {Double.parseDouble(cells.get(4)), Double.parseDouble(cells.get(5))});
    }
    return new Comparison(pairs);
  }

  /** A row for each configuration: medians, and the median of the pairs' ratios with its spread. */
  String table() {
    List<List<String>> rows = new ArrayList<>();
    pairs.forEach(
        (configuration, runs) -> {
          double[] ratios = ratios(runs);
          rows.add(
              List.of(
                  configuration.get(0),
                  configuration.get(1),
                  configuration.get(2),
                  tokens(runs, 0),
                  configuration.get(3),
                  tokens(runs, 1),
                  Markdown.format("**%.2f**", median(ratios)),
                  Markdown.format("%.2f to %.2f", ratios[0], ratios[ratios.length - 1]),
                  Integer.toString(runs.size())));
        });
    return Markdown.table(
        List.of("Threads", "Batch", "A", "tokens/s", "B", "tokens/s", "A / B", "spread", "pairs"),
        rows);
  }

  /** The medians of the ratios of two engines, by threads and batch. */
  Map<String, Double> medians(String a, String b) {
    Map<String, Double> medians = new LinkedHashMap<>();
    pairs.forEach(
        (configuration, runs) -> {
          if (configuration.get(2).equals(a) && configuration.get(3).equals(b)) {
            medians.put(
                configuration.get(1) + ", threads: " + configuration.get(0), median(ratios(runs)));
          }
        });
    return medians;
  }

  private static double[] ratios(List<double[]> runs) {
    return runs.stream().mapToDouble(run -> run[0] / run[1]).sorted().toArray();
  }

  private static String tokens(List<double[]> runs, int side) {
    double[] speeds = runs.stream().mapToDouble(run -> run[side]).sorted().toArray();
    return Markdown.format("%,.0f", median(speeds));
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Prints the table of a file. */
  public static void main(String[] args) throws IOException {
    System.out.print(read(Path.of(args[0])).table());
  }
}
