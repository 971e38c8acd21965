package io.octavo.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The results of one run of JMH, as its {@code -rf json} writes them.
 *
 * @param file where they come from
 * @param jvm the JVM that was measured
 * @param settings forks and iterations
 * @param results one for each benchmark and its parameters
 */
record JmhRun(String file, String jvm, String settings, List<Result> results) {
  private static final String PEAK = "FloatPeakBenchmark";

  /**
   * A result.
   *
   * @param benchmark the class's name
   * @param method the method's name
   * @param params by name
   * @param threads threads of JMH
   * @param rates 10^9 of what a counter counts, per second, by its name
   */
  record Result(
      String benchmark,
      String method,
      Map<String, String> params,
      int threads,
      Map<String, Rate> rates) {
    String param(String name) {
      return params.getOrDefault(name, "");
    }

    int number(String name) {
      return Integer.parseInt(param(name));
    }

    Rate rate(String counter) {
      Rate rate = rates.get(counter);
      if (rate == null) {
        throw new IllegalArgumentException(benchmark + " has no counter " + counter);
      }
      return rate;
    }

    double gigaMacs() {
      return rate("gigaMacs").score();
    }

    /** Nanoseconds that a thread takes for an element. */
    double nanosPerElement() {
      return threads / rate("gigaElements").score();
    }
  }

  /**
   * A rate.
   *
   * @param score its mean
   * @param error half of JMH's 99.9 % confidence interval; not positive where there is none
   */
  record Rate(double score, double error) {
    @Override
    public String toString() {
      String format = score < 10 ? "%.2f" : "%.1f";
      return Markdown.format(format, score)
          + (error > 0 ? " ± " + Markdown.format(format, error) : "");
    }
  }

  static JmhRun read(String file) throws IOException {
    JsonNode nodes = new ObjectMapper().readTree(new File(file));
    if (!nodes.isArray() || nodes.isEmpty()) {
      throw new IOException(file + " holds no results of JMH");
    }
    List<Result> results = new ArrayList<>();
    for (JsonNode node : nodes) {
      results.add(result(node));
    }
    JsonNode first = nodes.get(0);
    return new JmhRun(
        file,
        first.path("vmName").asText() + " " + first.path("vmVersion").asText(),
        Markdown.format(
            "%d forks, %d iterations of %s after %d of %s",
            first.path("forks").asInt(),
            first.path("measurementIterations").asInt(),
            first.path("measurementTime").asText(),
            first.path("warmupIterations").asInt(),
            first.path("warmupTime").asText()),
        List.copyOf(results));
  }

  private static Result result(JsonNode node) {
    String[] name = node.path("benchmark").asText().split("\\.", -1);
    Map<String, String> params = new LinkedHashMap<>();
    node.path("params").properties().forEach(p -> params.put(p.getKey(), p.getValue().asText()));
    Map<String, Rate> rates = new LinkedHashMap<>();
    node.path("secondaryMetrics")
        .properties()
        .forEach(
            metric ->
                rates.put(
                    metric.getKey(),
                    new Rate(
                        metric.getValue().path("score").asDouble(),
                        metric.getValue().path("scoreError").asDouble())));
    return new Result(
        name[name.length - 2], name[name.length - 1], params, node.path("threads").asInt(), rates);
  }

  List<Result> of(String benchmark) {
    return results.stream().filter(result -> result.benchmark().equals(benchmark)).toList();
  }

  /** The float peak of a thread in this run, in GMAC/s. */
  OptionalDouble peak() {
    return of(PEAK).stream().mapToDouble(r -> r.gigaMacs() / r.threads()).max();
  }
}
