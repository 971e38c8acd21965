package io.octavo.study;

import io.octavo.layer.Int8Linear;
import io.octavo.layer.LinearFormat;
import io.octavo.model.NamedLinear;
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

  /** And the paper's scope with the limit above which a window is multiplied by the codes alone. */
  static final String LIMITED = "LLM.int8() by default, but columns of the window";

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
    return cost(zoo, format).nll();
  }

  /**
   * What a format costs.
   *
   * @param nll the validation NLL
   * @param weightOnly share of the rows of activations that met too many outliers
   */
  record Cost(double nll, double weightOnly) {}

  private static Cost cost(ZooModel zoo, LinearFormat format) {
    try (LoadedDecoder model = LoadedDecoder.in(zoo.folder(), format)) {
      double nll = model.nll(zoo.validation(), ZooModel.WINDOWS, ZooModel.WINDOW, DType.F32);
      long rows = 0;
      long weightOnly = 0;
      for (NamedLinear named : model.decoder().linears()) {
        if (named.linear() instanceof Int8Linear linear) {
          rows += linear.census().snapshot().rows();
          weightOnly += linear.census().snapshot().weightOnlyRows();
        }
      }
      return new Cost(nll, rows == 0 ? 0 : (double) weightOnly / rows);
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
    options.put(LIMITED, LlmInt8.defaults().withScope(OutlierScope.BATCH));
    options.forEach(
        (name, option) -> {
          List<String> row = new ArrayList<>(List.of(name));
          for (int i = 0; i < zoo.size(); i++) {
            Cost cost = cost(zoo.get(i), LinearFormat.int8(option));
            double delta = cost.nll() - floats.get(i);
            double percent = 100 * delta / floats.get(i);
            String cell = String.format(Locale.ROOT, "%+.5f (%+.2f %%)", delta, percent);
            row.add(
                cost.weightOnly() == 0
                    ? cell
                    : String.format(
                        Locale.ROOT, "%s, %.1f %% weight-only", cell, 100 * cost.weightOnly()));
          }
          System.out.println(row);
          rows.add(name.equals(DEFAULTS) ? Markdown.bold(row) : row);
        });
    new GeneratedSection(Path.of(args[0]).resolve("llm-int8.md"), "DecoderInt8")
        .replace(Markdown.table(header, rows));
  }
}
