package io.octavo.study;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.octavo.study.Probe.Door;
import io.octavo.testing.HuggingFaceFamily;
import io.octavo.testing.TinyHuggingFace;
import io.octavo.testing.TinySafetensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The modules of sentence-transformers, each behind a small transformer and its pooling. */
final class SmallModules {
  private static final int WIDTH = 40;

  private final Map<String, byte[]> files = TinyHuggingFace.of(HuggingFaceFamily.BERT, 1).files();
  private final List<String> modules = new ArrayList<>();

  private SmallModules() {
    module("Transformer", "");
  }

  static String table() {
    List<List<String>> rows = new ArrayList<>();
    for (String mode :
        List.of("cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken")) {
      rows.add(
          List.of(
              "`Pooling`: " + mode,
              new SmallModules().pooling(mode).verdict(),
              Probe.test("load.SentenceModulesTest.readsEveryPoolingFlag")));
    }
    rows.add(
        List.of(
            "`Dense`",
            pooled().dense().verdict(),
            Probe.test("SentenceEmbedderTest.modulesBehindThePoolingRunInTheirOrder")));
    rows.add(
        List.of(
            "`LayerNorm`",
            pooled().layerNorm().verdict(),
            Probe.test("model.SentenceHeadTest.runsItsStepsInOrder")));
    rows.add(
        List.of(
            "`Normalize`",
            pooled().module("Normalize", "").verdict(),
            Probe.test("SentenceEmbedderTest.modulesBehindThePoolingRunInTheirOrder")));
    rows.add(
        List.of(
            "`Dropout`, which does nothing once a model is trained",
            pooled().module("Dropout", "").verdict(),
            Probe.test("load.SentenceModulesTest.readsLayerNormDropoutAndTruncation")));
    for (String other : List.of("CNN", "LSTM", "WordWeights")) {
      rows.add(
          List.of(
              "`" + other + "`",
              pooled().module(other, "2_" + other).verdict(),
              Probe.test("load.SentenceModulesTest.refusesModulesItDoesNotKnow")));
    }
    return Markdown.textTable(List.of("module behind `Transformer`", "served", "test"), rows);
  }

  private static SmallModules pooled() {
    return new SmallModules().pooling("mean");
  }

  private SmallModules pooling(String mode) {
    file(
        "1_Pooling/config.json",
        "{\"embedding_dimension\": %d, \"pooling_mode\": \"%s\"}".formatted(WIDTH, mode));
    return module("Pooling", "1_Pooling");
  }

  private SmallModules dense() {
    file(
        "2_Dense/config.json",
        "{\"in_features\": %d, \"out_features\": 2, \"bias\": false}".formatted(WIDTH));
    files.put(
        "2_Dense/model.safetensors",
        TinySafetensors.file().floats("linear.weight", "[2,40]", new float[2 * WIDTH]).bytes());
    return module("Dense", "2_Dense");
  }

  private SmallModules layerNorm() {
    file("2_LayerNorm/config.json", "{\"dimension\": %d}".formatted(WIDTH));
    files.put(
        "2_LayerNorm/model.safetensors",
        TinySafetensors.file()
            .floats("norm.weight", "[40]", new float[WIDTH])
            .floats("norm.bias", "[40]", new float[WIDTH])
            .bytes());
    return module("LayerNorm", "2_LayerNorm");
  }

  private SmallModules module(String kind, String path) {
    modules.add(
        "{\"idx\": %d, \"name\": \"%d\", \"path\": \"%s\", \"type\": \"sentence_transformers.models.%s\"}"
            .formatted(modules.size(), modules.size(), path, kind));
    return this;
  }

  private void file(String name, String text) {
    files.put(name, text.getBytes(UTF_8));
  }

  private String verdict() {
    file("modules.json", "[" + String.join(",", modules) + "]");
    return Probe.verdict(Door.EMBEDDER, files);
  }
}
