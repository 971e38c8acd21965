package io.octavo.study;

import io.octavo.load.LoadOptions;
import io.octavo.quantize.Int8Scheme;
import io.octavo.quantize.LlmInt8;
import io.octavo.quantize.OutlierScope;
import io.octavo.quantize.OutlierWeights;
import io.octavo.tensor.DType;
import io.octavo.testing.Agreement;
import io.octavo.testing.OnnxRuntimeEncoder;
import io.octavo.testing.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How close all-MiniLM-L6-v2 in int8 stays to ONNX Runtime's float model on 200 paragraphs, for
 * every scheme and option: writes the tables of {@code llm-int8.md} and its plot. The only argument
 * is the folder of the documentation.
 */
final class AccuracyStudy {
  private static final float[] THRESHOLDS = {2.5f, 3, 4, 5, 6, 7, 8};
  private static final LoadOptions DEFAULTS = LoadOptions.defaults();
  private static final LlmInt8 LLM_INT8 = LlmInt8.defaults();

  private final Corpus corpus = Corpus.read();
  private final AccuracyTable table = new AccuracyTable(corpus);

  private AccuracyStudy() {}

  public static void main(String[] arguments) throws IOException {
    new AccuracyStudy().write(Path.of(arguments[0]));
  }

  private void write(Path docs) throws IOException {
    floatingPoint();
    withoutDecomposition();
    withDecomposition();
    scopesAndOutlierWeights();
    thresholds();
    embeddings();
    elsewhere();
    Measurement defaults = table.measure("defaults", DEFAULTS);
    String text =
        Markdown.format(
                "200 paragraphs of WikiText-2's test split, cut at %d tokens: %,d tokens in %d batches.\n\n",
                Corpus.MAX_TOKENS, corpus.tokens(), corpus.batches().size())
            + table.text()
            + "![Error and share of values in floating point by threshold](img/llm-int8-thresholds.svg)\n\n"
            + "### Outliers met\n\n"
            + "The inputs of the quantized layers with the default options, threshold 6.0.\n\n"
            + OutlierTable.of(defaults.report())
            + "### Where the nearest neighbour differs\n\n"
            + "The default options; paragraphs are numbered from 1.\n\n"
            + new NeighbourTable(corpus, defaults).text();
    Files.writeString(docs.resolve("img/llm-int8-thresholds.svg"), plot().svg());
    new GeneratedSection(docs.resolve("llm-int8.md"), "AccuracyStudy").replace(text);
  }

  private void floatingPoint() {
    table.heading("floating point");
    for (DType type : List.of(DType.F32, DType.F16, DType.BF16)) {
      table.add(
          switch (type) {
            case F32 -> "float32";
            case F16 -> "float16";
            default -> "bfloat16";
          },
          DEFAULTS.withFloatingPoint(type));
    }
  }

  private void withoutDecomposition() {
    table.heading("int8 without decomposition");
    for (Int8Scheme scheme : Int8Scheme.values()) {
      table.add(name(scheme), quantized(LLM_INT8.withScheme(scheme).withoutDecomposition()));
    }
  }

  private void withDecomposition() {
    table.heading("with decomposition: threshold 6.0, per token, outlier weights HALF");
    for (Int8Scheme scheme : Int8Scheme.values()) {
      table.add(name(scheme), quantized(LLM_INT8.withScheme(scheme)));
    }
  }

  private void scopesAndOutlierWeights() {
    table.heading("absmax vector, threshold 6.0: scopes and outlier weights");
    for (OutlierScope scope : OutlierScope.values()) {
      for (OutlierWeights weights :
          List.of(OutlierWeights.HALF, OutlierWeights.SOURCE, OutlierWeights.INT8)) {
        if (scope != OutlierScope.REFERENCE || weights == OutlierWeights.INT8) {
          table.add(
              scope + ", " + weights,
              quantized(LLM_INT8.withScope(scope).withOutlierWeights(weights)));
        }
      }
    }
  }

  private void thresholds() {
    for (Int8Scheme scheme : List.of(Int8Scheme.ABSMAX_VECTOR, Int8Scheme.ZEROPOINT_VECTOR)) {
      table.heading(name(scheme) + " by threshold, per token, HALF");
      for (float threshold : THRESHOLDS) {
        table.add(
            Float.toString(threshold),
            quantized(LLM_INT8.withScheme(scheme).withThreshold(threshold)));
      }
    }
  }

  private void embeddings() {
    table.heading("LLM.int8() by type of the embeddings");
    table.add("float32", DEFAULTS.withEmbeddingType(DType.F32));
    table.add(
        "float32, outlier weights SOURCE",
        quantized(LLM_INT8.withOutlierWeights(OutlierWeights.SOURCE)).withEmbeddingType(DType.F32));
    table.add("float16", DEFAULTS);
    table.add("int8", DEFAULTS.withEmbeddingType(DType.I8));
  }

  /** What bounds LLM.int8() from above, and what another engine makes of 8 bits. */
  private void elsewhere() {
    table.heading("for comparison");
    // Every token has an outlier and passes the limit, so that none is quantized.
    table.add("weight-only int8", quantized(weightOnly()));
    Path int8 = TestData.miniLm().resolveSibling("all-minilm-l6-v2-q.onnx");
    if (Files.exists(int8)) {
      table.add("ONNX Runtime, its own int8 model", onnxRuntime(int8));
    }
  }

  private static LlmInt8 weightOnly() {
    return LLM_INT8.withThreshold(Float.MIN_VALUE).withOutlierLimit(Float.MIN_VALUE);
  }

  private Agreement onnxRuntime(Path model) {
    try (OnnxRuntimeEncoder encoder = new OnnxRuntimeEncoder(model)) {
      List<float[]> vectors = new ArrayList<>();
      for (int[] sequence : corpus.sequences()) {
        double[] vector = OnnxRuntimeEncoder.meanPooled(encoder.tokenOutputs(sequence));
        float[] narrowed = new float[vector.length];
        for (int d = 0; d < vector.length; d++) {
          narrowed[d] = (float) vector[d];
        }
        vectors.add(narrowed);
      }
      return Agreement.of(vectors, corpus.vectors());
    }
  }

  private ThresholdPlot plot() {
    return new ThresholdPlot(
        List.of(
            curve("absmax vector", Int8Scheme.ABSMAX_VECTOR),
            curve("zeropoint vector", Int8Scheme.ZEROPOINT_VECTOR)),
        List.of(
            new ThresholdPlot.Level(
                "weight-only int8", error(table.measure("", quantized(weightOnly())))),
            new ThresholdPlot.Level(
                "bfloat16", error(table.measure("", DEFAULTS.withFloatingPoint(DType.BF16)))),
            new ThresholdPlot.Level(
                "float16", error(table.measure("", DEFAULTS.withFloatingPoint(DType.F16))))));
  }

  private ThresholdPlot.Curve curve(String label, Int8Scheme scheme) {
    List<ThresholdPlot.Point> points = new ArrayList<>();
    for (float threshold : THRESHOLDS) {
      Measurement measurement =
          table.measure("", quantized(LLM_INT8.withScheme(scheme).withThreshold(threshold)));
      points.add(new ThresholdPlot.Point(threshold, error(measurement), measurement.floatShare()));
    }
    Measurement plain =
        table.measure("", quantized(LLM_INT8.withScheme(scheme).withoutDecomposition()));
    return new ThresholdPlot.Curve(label, points, error(plain));
  }

  private static double error(Measurement measurement) {
    return 1 - measurement.agreement().meanCosine();
  }

  private static LoadOptions quantized(LlmInt8 options) {
    return DEFAULTS.withQuantization(options);
  }

  private static String name(Int8Scheme scheme) {
    return scheme.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
