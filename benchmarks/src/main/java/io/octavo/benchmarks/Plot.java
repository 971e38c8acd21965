package io.octavo.benchmarks;

import io.octavo.benchmarks.JmhRun.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Draws stored results of JMH as SVG: {@code Plot --into FOLDER JSON...}. */
final class Plot {
  private static final int PANEL = 380;
  private static final int LEFT = 60;
  private static final int GAP = 80;
  private static final int WIDTH = LEFT + 2 * PANEL + GAP + 20;

  private final List<JmhRun> runs;
  private final Path folder;

  private Plot(List<JmhRun> runs, Path folder) {
    this.runs = runs;
    this.folder = folder;
  }

  public static void main(String[] args) throws IOException {
    Options options = Options.parse(args);
    List<JmhRun> runs = new ArrayList<>();
    for (String file : options.files()) {
      runs.add(JmhRun.read(file));
    }
    Path folder = Files.createDirectories(Path.of(options.get("into")));
    Plot plot = new Plot(runs, folder);
    plot.matrixProducts();
    plot.softmax();
    plot.threadScaling();
  }

  private void matrixProducts() throws IOException {
    Map<String, Map<String, Double>> shares = new LinkedHashMap<>();
    for (JmhRun run : runs) {
      for (Result result : run.of("MatrixProductBenchmark")) {
        if (isVector(result) && run.peak().isPresent()) {
          shares
              .computeIfAbsent(result.param("shape"), shape -> new LinkedHashMap<>())
              .put(result.param("type"), 100 * result.gigaMacs() / run.peak().getAsDouble());
        }
      }
    }
    if (!shares.isEmpty()) {
      String title = "Matrix products on one thread, % of the float peak";
      write("matrix-product.svg", BarChart.draw(title, shares));
    }
  }

  private void softmax() throws IOException {
    List<LinePanel> panels = new ArrayList<>();
    Map<String, String> names = new LinkedHashMap<>();
    names.put("twoPass", "two-pass");
    names.put("threePassRecompute", "three-pass, recompute");
    names.put("threePassReload", "three-pass, reload");
    List<Result> results =
        results("SoftmaxBenchmark").stream()
            .filter(Plot::isVector)
            .sorted(Comparator.comparing(r -> List.copyOf(names.keySet()).indexOf(r.method())))
            .toList();
    for (int threads : results.stream().mapToInt(Result::threads).distinct().sorted().toArray()) {
      panels.add(
          panel(
              "Softmax, " + threads + (threads == 1 ? " thread" : " threads") + ", ns an element",
              results.stream().filter(result -> result.threads() == threads).toList(),
              "length",
              result -> names.getOrDefault(result.method(), result.method()),
              Result::nanosPerElement));
    }
    draw("softmax.svg", "Softmax by length", panels, 0);
  }

  private void threadScaling() throws IOException {
    List<Result> results = results("ThreadScalingBenchmark");
    Map<String, Double> alone = new TreeMap<>();
    for (Result result : results) {
      if (result.number("workers") == 1) {
        alone.put(configuration(result), result.gigaMacs());
      }
    }
    List<LinePanel> panels = new ArrayList<>();
    for (String type : results.stream().map(result -> result.param("type")).distinct().toList()) {
      panels.add(
          panel(
              "Linear layer " + type + ", speed on 2 threads / on 1",
              results.stream()
                  .filter(result -> result.param("type").equals(type))
                  .filter(result -> result.number("workers") == 2)
                  .sorted(Comparator.comparing(result -> result.number("width")))
                  .toList(),
              "rows",
              result -> "width " + result.param("width"),
              result -> {
                double one = alone.getOrDefault(configuration(result), 0.0);
                return one > 0 ? result.gigaMacs() / one : 0;
              }));
    }
    draw("thread-scaling.svg", "What a second thread gives", panels, 1);
  }

  private static String configuration(Result result) {
    return result.param("type") + "/" + result.param("rows") + "/" + result.param("width");
  }

  /** Curves over a numeric parameter. */
  private static LinePanel panel(
      String title,
      List<Result> results,
      String parameter,
      Function<Result, String> curve,
      Function<Result, Double> value) {
    List<Integer> categories =
        results.stream().map(result -> result.number(parameter)).distinct().sorted().toList();
    Map<String, double[]> curves = new LinkedHashMap<>();
    for (Result result : results) {
      curves
              .computeIfAbsent(curve.apply(result), name -> new double[categories.size()])[
              categories.indexOf(result.number(parameter))] =
          value.apply(result);
    }
    return new LinePanel(
        title, categories.stream().map(Plot::shortened).toList(), parameter, curves);
  }

  private static String shortened(int number) {
    if (number >= 1 << 20 && number % (1 << 20) == 0) {
      return (number >> 20) + " Mi";
    }
    return number >= 1 << 13 && number % (1 << 10) == 0
        ? (number >> 10) + " Ki"
        : Integer.toString(number);
  }

  private void draw(String file, String title, List<LinePanel> panels, double level)
      throws IOException {
    if (panels.isEmpty()) {
      return;
    }
    Svg svg = new Svg(WIDTH, LinePanel.HEIGHT, title);
    for (int i = 0; i < panels.size() && i < 2; i++) {
      panels.get(i).draw(svg, LEFT + i * (PANEL + GAP), PANEL, level);
    }
    write(file, svg.finish());
  }

  private void write(String file, String svg) throws IOException {
    Files.writeString(folder.resolve(file), svg);
    System.out.println(folder.resolve(file));
  }

  private List<Result> results(String benchmark) {
    return runs.stream().flatMap(run -> run.of(benchmark).stream()).toList();
  }

  private static boolean isVector(Result result) {
    return result.param("provider").equals("VECTOR");
  }
}
