package io.octavo.benchmarks;

import io.octavo.benchmarks.JmhRun.Rate;
import io.octavo.benchmarks.JmhRun.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Tables of JMH's results; empty where there are none. */
record Tables(List<JmhRun> runs) {
  private static final String ABSENT = "-";

  /** Two workers may take this much longer than one before a line is marked. */
  private static final double TOLERATED_SLOWDOWN = 1.05;

  /** The GMAC/s of products, with their share of the float peak of the run they come from. */
  String products(String benchmark, String... params) {
    Map<List<String>, String[]> rows = new LinkedHashMap<>();
    for (JmhRun run : runs) {
      for (Result result : run.of(benchmark)) {
        String[] cells = row(rows, key(result, params), 3);
        boolean vector = isVector(result);
        cells[vector ? 1 : 0] = result.rate("gigaMacs").toString();
        if (vector && run.peak().isPresent()) {
          cells[2] = percent(result.gigaMacs() / run.peak().getAsDouble());
        }
      }
    }
    return table(rows, List.of(params), List.of("scalar GMAC/s", "vector GMAC/s", "of the peak"));
  }

  /** The weights' GB/s, with their share of what as many threads can read. */
  String matrixVector() {
    Map<List<String>, String[]> rows = new LinkedHashMap<>();
    for (JmhRun run : runs) {
      for (Result result : run.of("MatrixVectorBenchmark")) {
        String[] cells = row(rows, key(result, "type", "rows", "workers"), 3);
        Rate rate = result.rate("gigaBytes");
        boolean vector = isVector(result);
        cells[vector ? 1 : 0] = rate.toString();
        OptionalDouble bandwidth = readBandwidth(result.number("workers"));
        if (vector && bandwidth.isPresent()) {
          cells[2] = percent(rate.score() / bandwidth.getAsDouble());
        }
      }
    }
    return table(
        rows,
        List.of("type", "rows", "threads"),
        List.of("scalar GB/s", "vector GB/s", "of the read bandwidth"));
  }

  /** What so many threads can read, in GB/s, of the largest size. */
  OptionalDouble readBandwidth(int threads) {
    int largest = results("ReadBandwidthBenchmark").stream().mapToInt(Tables::size).max().orElse(0);
    return results("ReadBandwidthBenchmark").stream()
        .filter(result -> result.threads() == threads && size(result) == largest)
        .mapToDouble(result -> result.rate("gigaBytes").score())
        .max();
  }

  private static int size(Result result) {
    return result.number("mebibytes");
  }

  /** Read bandwidth by size and threads. */
  String readBandwidth() {
    Map<List<String>, String[]> rows = new LinkedHashMap<>();
    for (Result result : results("ReadBandwidthBenchmark")) {
      List<String> key = List.of(result.param("mebibytes"), Integer.toString(result.threads()));
      row(rows, key, 1)[0] = result.rate("gigaBytes").toString();
    }
    return table(rows, List.of("MiB a thread", "threads"), List.of("GB/s"));
  }

  /** Nanoseconds for an element in each softmax algorithm, and how two passes fare. */
  String softmax() {
    Map<List<String>, double[]> times = new LinkedHashMap<>();
    for (Result result : results("SoftmaxBenchmark")) {
      double[] nanos =
          times.computeIfAbsent(
              List.of(
                  Integer.toString(result.threads()),
                  result.param("provider").toLowerCase(Locale.ROOT),
                  result.param("length")),
              key -> new double[3]);
      int column =
          List.of("twoPass", "threePassRecompute", "threePassReload").indexOf(result.method());
      nanos[column] = result.nanosPerElement();
    }
    Map<String, Double> copies = new TreeMap<>();
    for (Result result : results("CopyBenchmark")) {
      copies.put(result.threads() + "/" + result.param("length"), result.nanosPerElement());
    }
    Map<List<String>, String[]> rows = new LinkedHashMap<>();
    times.forEach(
        (key, nanos) -> {
          String[] cells = row(rows, key, 6);
          for (int i = 0; i < nanos.length; i++) {
            cells[i] = nanos(nanos[i]);
          }
          cells[3] = nanos(copies.getOrDefault(key.get(0) + "/" + key.get(2), 0.0));
          cells[4] = times(nanos[1], nanos[0]);
          cells[5] = times(nanos[2], nanos[0]);
        });
    return table(
        rows,
        List.of("threads", "kernels", "length"),
        List.of(
            "two-pass, ns",
            "recompute, ns",
            "reload, ns",
            "copy, ns",
            "recompute / two-pass",
            "reload / two-pass"));
  }

  /** Elements and bytes a second, scalar and vector. */
  String elements(String benchmark, String... params) {
    Map<List<String>, String[]> rows = new LinkedHashMap<>();
    for (Result result : results(benchmark)) {
      List<String> key = new ArrayList<>();
      key.add(result.method());
      key.addAll(key(result, params));
      String[] cells = row(rows, key, 3);
      boolean vector = isVector(result);
      cells[vector ? 1 : 0] = result.rate("gigaElements").toString();
      if (vector) {
        cells[2] = result.rate("gigaBytes").toString();
      }
    }
    List<String> header = new ArrayList<>(List.of("operation"));
    header.addAll(List.of(params));
    return table(
        rows, header, List.of("scalar, 10^9 elements/s", "vector, 10^9 elements/s", "vector GB/s"));
  }

  /** Every normalization of tokens. */
  String normalizations() {
    Map<List<String>, String[]> rows = new LinkedHashMap<>();
    for (Result result : results("NormalizationBenchmark")) {
      String[] cells = row(rows, key(result, "mebibytes", "width", "kind"), 2);
      cells[0] = nanos(result.nanosPerElement());
      cells[1] = result.rate("gigaBytes").toString();
    }
    return table(rows, List.of("MiB", "width", "norm"), List.of("ns for an element", "GB/s"));
  }

  /** A norm and the layer behind it. */
  String normThenLinear() {
    Map<List<String>, String[]> rows = new LinkedHashMap<>();
    for (Result result : results("NormThenLinearBenchmark")) {
      String[] cells = row(rows, key(result, "type", "rows", "width", "before"), 2);
      cells[result.method().equals("together") ? 0 : 1] = result.rate("gigaMacs").toString();
    }
    return table(
        rows,
        List.of("type", "rows", "width", "before"),
        List.of("together, GMAC/s", "separately, GMAC/s"));
  }

  /** Blocks, by their norms; the milliseconds are the medians of the iterations, added up. */
  String normBlocks() {
    Map<List<String>, String[]> rows = new LinkedHashMap<>();
    for (Result result : results("NormBlockBenchmark")) {
      String[] cells = row(rows, key(result, "type", "modelWidth", "tokens"), 2);
      double layerNorm = result.rate("layerNorm").score();
      cells[0] = times(result.rate("rmsNorm").score(), layerNorm);
      cells[1] = times(result.rate("compressedRmsNorm").score(), layerNorm);
    }
    return table(
        rows,
        List.of("type", "width", "tokens"),
        List.of("RMSNorm / LayerNorm", "CRMSNorm / LayerNorm"));
  }

  /** What a second worker gives; lines where it costs more than 5 % are marked. */
  String threadScaling() {
    Map<List<String>, double[]> speeds = new LinkedHashMap<>();
    for (Result result : results("ThreadScalingBenchmark")) {
      double[] speed =
          speeds.computeIfAbsent(key(result, "type", "width", "rows"), key -> new double[2]);
      if (result.number("workers") <= 2) {
        speed[result.number("workers") - 1] = result.gigaMacs();
      }
    }
    Map<List<String>, String[]> rows = new LinkedHashMap<>();
    speeds.forEach(
        (key, speed) -> {
          String[] cells = row(rows, key, 3);
          cells[0] = Markdown.format("%.1f", speed[0]);
          cells[1] = Markdown.format("%.1f", speed[1]);
          boolean slower = speed[1] * TOLERATED_SLOWDOWN < speed[0];
          cells[2] = times(speed[1], speed[0]) + (slower ? " **slower**" : "");
        });
    return table(
        rows,
        List.of("type", "width", "rows"),
        List.of("1 thread, GMAC/s", "2 threads, GMAC/s", "2 threads / 1"));
  }

  /** Results of a benchmark in all runs. */
  List<Result> results(String benchmark) {
    return runs.stream().flatMap(run -> run.of(benchmark).stream()).toList();
  }

  private static boolean isVector(Result result) {
    return result.param("provider").equals("VECTOR");
  }

  private static List<String> key(Result result, String... params) {
    List<String> key = new ArrayList<>();
    for (String param : params) {
      key.add(result.param(param));
    }
    return key;
  }

  private static String[] row(Map<List<String>, String[]> rows, List<String> key, int cells) {
    return rows.computeIfAbsent(
        key,
        absent -> {
          String[] row = new String[cells];
          Arrays.fill(row, ABSENT);
          return row;
        });
  }

  private static String table(
      Map<List<String>, String[]> rows, List<String> params, List<String> columns) {
    if (rows.isEmpty()) {
      return "";
    }
    List<String> header = new ArrayList<>(params);
    header.addAll(columns);
    return Markdown.table(
        header,
        rows.entrySet().stream()
            .map(
                entry -> {
                  List<String> cells = new ArrayList<>(entry.getKey());
                  cells.addAll(List.of(entry.getValue()));
                  return cells;
                })
            .toList());
  }

  private static String percent(double share) {
    return Markdown.format("%.0f %%", 100 * share);
  }

  private static String nanos(double nanos) {
    return nanos > 0 ? Markdown.format("%.3f", nanos) : ABSENT;
  }

  private static String times(double a, double b) {
    return a > 0 && b > 0 ? Markdown.format("%.2f", a / b) : ABSENT;
  }
}
