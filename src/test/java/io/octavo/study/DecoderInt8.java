package io.octavo.study;

import io.octavo.layer.LinearFormat;
import io.octavo.quantize.Int8Scheme;
import io.octavo.quantize.LlmInt8;
import io.octavo.quantize.OutlierScope;
import io.octavo.quantize.OutlierWeights;
import io.octavo.tensor.DType;
import io.octavo.testing.LoadedDecoder;
import io.octavo.testing.ZooModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What int8 costs small trained decoders, with and without injected outlier features: the rows of
 * {@code int8-table.json}, and LLM.int8() as it is by default. Run it to write the table to {@code
 * docs/llm-int8.md}.
 */
final class DecoderInt8 {
  /** The models of the table. */
  static final List<String> MODELS =
      List.of("gpt2-preln", "llama-rms", "gpt2-outliers", "llama-outliers");

  /** The row that {@code int8-table.json} does not have. */
  static final String DEFAULTS = "LLM.int8() by default: outliers per token";

  private static final LlmInt8 WITHOUT = LlmInt8.defaults().withoutDecomposition();
  private static final LlmInt8 COLUMNS =
      LlmInt8.defaults().withScope(OutlierScope.BATCH).withOutlierLimit(1f);

  private DecoderInt8() {}

  /** Options by the names that {@code int8-table.json} gives them; no limit, as there. */
  static Map<String, LlmInt8> options() {
    Map<String, LlmInt8> options = new LinkedHashMap<>();
    options.put("absmax-tensor", WITHOUT.withScheme(Int8Scheme.ABSMAX_TENSOR));
    options.put("absmax-rowwise", WITHOUT.withScheme(Int8Scheme.ABSMAX_ROW));
    options.put("absmax-vectorwise", WITHOUT);
    options.put("zeropoint-vectorwise", WITHOUT.withScheme(Int8Scheme.ZEROPOINT_VECTOR));
    options.put(
        "llmint8-int8-outlier-weights",
        COLUMNS.withScope(OutlierScope.REFERENCE).withOutlierWeights(OutlierWeights.INT8));
    options.put("llmint8-fp16-outlier-weights", COLUMNS);
    options.put(
        "llmint8-zeropoint-fp16-outlier-weights", COLUMNS.withScheme(Int8Scheme.ZEROPOINT_VECTOR));
    return options;
  }

  /** The validation NLL with linear layers in that format. */
  static double nll(ZooModel zoo, LinearFormat format) {
    try (LoadedDecoder model = LoadedDecoder.in(zoo.folder(), format)) {
      return model.nll(zoo.validation(), ZooModel.WINDOWS, ZooModel.WINDOW, DType.F32);
    }
  }

  /** Writes the table. */
  public static void main(String[] args) throws IOException {
    List<String> header = new ArrayList<>(List.of("scheme"));
    header.addAll(MODELS);
    List<List<String>> rows = new ArrayList<>();
    List<ZooModel> zoo = MODELS.stream().map(ZooModel::of).toList();
    List<Double> floats =
        zoo.stream().map(model -> nll(model, LinearFormat.floatingPoint(DType.F32))).toList();
    List<String> first = new ArrayList<>(List.of("float32"));
    floats.forEach(nll -> first.add(String.format(Locale.ROOT, "%.5f", nll)));
    rows.add(first);
    Map<String, LlmInt8> options = options();
    options.put(DEFAULTS, LlmInt8.defaults());
    options.forEach(
        (name, option) -> {
          List<String> row = new ArrayList<>(List.of(name));
          for (int i = 0; i < zoo.size(); i++) {
            double delta = nll(zoo.get(i), LinearFormat.int8(option)) - floats.get(i);
            double percent = 100 * delta / floats.get(i);
            row.add(String.format(Locale.ROOT, "%+.5f (%+.2f %%)", delta, percent));
          }
          System.out.println(row);
          rows.add(name.equals(DEFAULTS) ? Markdown.bold(row) : row);
        });
    new GeneratedSection(Path.of(args[0]).resolve("llm-int8.md"), "DecoderInt8")
        .replace(Markdown.table(header, rows));
  }
}
