package io.octavo.benchmarks;

import io.octavo.benchmarks.JmhRun.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the kernels have to reach, as ratios of figures of the same run, beside what they reached. A
 * bar without results is left out.
 */
final class Bars {
  private static final Map<String, Double> PRODUCT =
      Map.of("I8", 0.90, "F32", 0.88, "F16", 0.80, "BF16", 0.80);
  private static final Map<String, Double> ROW_PRODUCT =
      Map.of("I8", 0.80, "F32", 0.90, "F16", 0.70, "BF16", 0.85);
  private static final Map<String, Double> ROW_PRODUCT_IN_MACHINE_CODE =
      Map.of("F32", 0.92, "F16", 0.92, "BF16", 0.92);
  private static final List<String> PRODUCT_SHAPES =
      List.of("252x4096x4096", "1024x1536x384", "1024x384x1536");
  private static final double LAYER_NORM = 0.85;
  private static final double SECOND_THREAD = 1 / 1.05;
  private static final double ONNX_RUNTIME = 1;

  /** Two passes may take 1.6 times as long as three that reload, while the row is in a cache. */
  private static final double SOFTMAX_IN_CACHE = 1 / 1.6;

  private static final int LARGEST_ROW_IN_CACHE = 8192;
  private static final int ROW_OUT_OF_CACHE = 1 << 24;
  private static final double[] SOFTMAX_OUT_OF_CACHE = {0.9, 1.0};
  private static final double SOFTMAX_IN_MACHINE_CODE = 1.15;

  private final Tables tables;
  private final List<List<String>> rows = new ArrayList<>();

  private Bars(Tables tables) {
    this.tables = tables;
  }

  /** The table; empty where no bar has results. */
  static String table(Tables tables, @Nullable Comparison comparison) {
    Bars bars = new Bars(tables);
    bars.products();
    bars.rowProducts();
    bars.softmax();
    bars.softmaxInMachineCode();
    bars.layerNorm();
    bars.threads();
    if (comparison != null) {
      comparison
          .medians("octavo-int8", "ort-float")
          .forEach(
              (name, ratio) ->
                  bars.add("MiniLM int8 / ONNX Runtime, " + name, ratio, ONNX_RUNTIME));
    }
    return bars.rows.isEmpty()
        ? ""
        : Markdown.table(List.of("bar", "at least", "measured", "reached"), bars.rows);
  }

  private void products() {
    for (String type : PRODUCT.keySet().stream().sorted().toList()) {
      for (String shape : PRODUCT_SHAPES) {
        for (JmhRun run : tables.runs()) {
          OptionalDouble peak = run.peak();
          if (peak.isPresent()) {
            run.of("MatrixProductBenchmark").stream()
                .filter(vector().and(has("type", type)).and(has("shape", shape)))
                .forEach(
                    result ->
                        add(
                            "product " + type + " " + shape + " / float peak",
                            result.gigaMacs() / peak.getAsDouble(),
                            PRODUCT.get(type)));
          }
        }
      }
    }
  }

  private void rowProducts() {
    for (Result result : tables.results("MatrixVectorBenchmark")) {
      int threads = result.number("workers");
      OptionalDouble bandwidth = tables.readBandwidth(threads);
      if (vector().and(has("rows", "1")).test(result) && bandwidth.isPresent()) {
        add(
            "row product " + result.param("type") + ", threads: " + threads + " / read bandwidth",
            result.rate("gigaBytes").score() / bandwidth.getAsDouble(),
            ROW_PRODUCT.get(result.param("type")));
      }
      Double least = ROW_PRODUCT_IN_MACHINE_CODE.get(result.param("type"));
      if (machine().and(has("rows", "1")).test(result) && bandwidth.isPresent() && least != null) {
        add(
            "row product "
                + result.param("type")
                + " in machine code, threads: "
                + threads
                + " / read bandwidth",
            result.rate("gigaBytes").score() / bandwidth.getAsDouble(),
            least);
      }
    }
  }

  private void softmax() {
    List<Result> results = tables.results("SoftmaxBenchmark").stream().filter(vector()).toList();
    for (Result two : results) {
      if (!two.method().equals("twoPass")) {
        continue;
      }
      List<Result> others =
          results.stream()
              .filter(r -> r.threads() == two.threads() && !r.method().equals("twoPass"))
              .filter(has("length", two.param("length")))
              .toList();
      int length = two.number("length");
      String name = ", length " + length + ", threads: " + two.threads();
      if (length <= LARGEST_ROW_IN_CACHE && two.threads() == 1) {
        others.stream()
            .filter(r -> r.method().equals("threePassReload"))
            .forEach(
                r -> add("softmax, reload / two-pass" + name, ratio(r, two), SOFTMAX_IN_CACHE));
      } else if (length == ROW_OUT_OF_CACHE && two.threads() <= SOFTMAX_OUT_OF_CACHE.length) {
        others.stream()
            .mapToDouble(r -> ratio(r, two))
            .min()
            .ifPresent(
                fastest ->
                    add(
                        "softmax, fastest three-pass / two-pass" + name,
                        fastest,
                        SOFTMAX_OUT_OF_CACHE[two.threads() - 1]));
      }
    }
  }

  private void softmaxInMachineCode() {
    List<Result> results = tables.results("SoftmaxBenchmark").stream().filter(machine()).toList();
    for (Result two : results) {
      if (two.method().equals("twoPass") && two.number("length") == ROW_OUT_OF_CACHE) {
        results.stream()
            .filter(r -> r.threads() == two.threads() && !r.method().equals("twoPass"))
            .filter(has("length", two.param("length")))
            .mapToDouble(r -> ratio(r, two))
            .min()
            .ifPresent(
                fastest ->
                    add(
                        "softmax in machine code, fastest three-pass / two-pass, length "
                            + two.param("length")
                            + ", threads: "
                            + two.threads(),
                        fastest,
                        SOFTMAX_IN_MACHINE_CODE));
      }
    }
  }

  private static double ratio(Result result, Result other) {
    return result.nanosPerElement() / other.nanosPerElement();
  }

  private void layerNorm() {
    List<Result> results = tables.results("LayerNormBenchmark").stream().filter(machine()).toList();
    for (Result norm : results) {
      if (norm.method().equals("layerNorm") && norm.number("mebibytes") > 0) {
        results.stream()
            .filter(copy -> copy.method().equals("copy") && copy.params().equals(norm.params()))
            .forEach(
                copy ->
                    add(
                        "LayerNorm in machine code, copy / time, width " + norm.param("width"),
                        ratio(copy, norm),
                        LAYER_NORM));
      }
    }
  }

  private void threads() {
    List<Result> results = tables.results("ThreadScalingBenchmark");
    double worst = Double.POSITIVE_INFINITY;
    String where = "";
    for (Result one : results) {
      for (Result two : results) {
        if (one.param("workers").equals("1")
            && two.param("workers").equals("2")
            && List.of("type", "rows", "width").stream()
                .allMatch(name -> one.param(name).equals(two.param(name)))
            && two.gigaMacs() / one.gigaMacs() < worst) {
          worst = two.gigaMacs() / one.gigaMacs();
          where =
              one.param("type") + ", rows " + one.param("rows") + ", width " + one.param("width");
        }
      }
    }
    if (!where.isEmpty()) {
      add("speed of two threads / one, where it is least: " + where, worst, SECOND_THREAD);
    }
  }

  private void add(String name, double measured, double least) {
    rows.add(
        List.of(
            name,
            Markdown.format("%.3f", least),
            Markdown.format("%.3f", measured),
            measured >= least ? "yes" : "**no**"));
  }

  private static Predicate<Result> vector() {
    return has("provider", "VECTOR");
  }

  private static Predicate<Result> machine() {
    return has("provider", "MACHINE");
  }

  private static Predicate<Result> has(String param, String value) {
    return result -> result.param(param).equals(value);
  }
}
