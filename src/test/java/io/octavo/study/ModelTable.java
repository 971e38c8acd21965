package io.octavo.study;

import io.octavo.TextEmbedder;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelSource;
import io.octavo.model.Pooling;
import io.octavo.study.Probe.Door;
import io.octavo.tensor.DType;
import io.octavo.testing.HuggingFaceFamily;
import io.octavo.testing.RealModel;
import io.octavo.testing.TinyHuggingFace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which models and files work: loads a small one of each kind and writes the tables of {@code
 * models.md}. The arguments are that page and a folder for the small models.
 */
final class ModelTable {
  /** The name of the generated section. */
  static final String NAME = "ModelTable";

  /** Where nothing but the making of this table shows a row. */
  private static final String ITSELF = Probe.test("study.ModelTableTest.thePageSaysWhatLoads");

  private final Path folder;

  private ModelTable(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    new GeneratedSection(Path.of(arguments[0]), NAME).replace(text(folder));
  }

  /** The tables; {@code folder} is for files that are not needed later. */
  static String text(Path folder) throws IOException {
    ModelTable table = new ModelTable(folder);
    return "### Models that the tests run\n\n"
        + published()
        + "### Families\n\n"
        + table.families()
        + "### Decoders\n\n"
        + SmallDecoders.table()
        + "### Weights\n\n"
        + table.weights()
        + "### Tokenizers\n\n"
        + SmallTokenizers.table()
        + "### sentence-transformers' modules\n\n"
        + SmallModules.table()
        + "### Where a model comes from\n\n"
        + table.sources()
        + "### What is refused\n\n"
        + new RefusedFiles(folder).table();
  }

  private static String published() {
    List<List<String>> rows = new ArrayList<>();
    for (RealModel model : RealModel.values()) {
      boolean quickstart = model == RealModel.MINI_LM;
      String test = quickstart ? "MiniLmAccuracyTest" : "RealModelAccuracyTest";
      rows.add(
          List.of(
              model.title(),
              pooling(model.pooling()),
              quoted(model.queryPrompt()),
              quoted(model.passagePrompt()),
              quickstart ? "ONNX, safetensors" : "ONNX",
              Probe.tests(test + ".floatModelEqualsOnnxRuntime")
                  + ", "
                  + (quickstart
                      ? Probe.test("MiniLmFolderTest.theSameNumbersGiveTheSameBits")
                      : Probe.test(test + ".llmInt8PredictsAsTheFloatModel"))));
    }
    return Markdown.textTable(
        List.of("model", "pooling", "before a query", "before a passage", "files", "test"), rows);
  }

  private static String pooling(Pooling pooling) {
    return pooling == Pooling.CLS ? "first token" : pooling.name().toLowerCase(Locale.ROOT);
  }

  private static String quoted(String prompt) {
    return prompt.isEmpty() ? "nothing" : "`\"" + prompt + "\"`";
  }

  private String families() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    Set<String> types = new TreeSet<>();
    for (HuggingFaceFamily family : HuggingFaceFamily.values()) {
      rows.add(family(family, family.modelType()));
      types.add(family.modelType());
    }
    rows.add(family(HuggingFaceFamily.ROBERTA, "camembert"));
    types.add("camembert");
    String known = Probe.refusal(Door.EMBEDDER, RefusedFiles.unknownType());
    if (!known.endsWith(": " + String.join(", ", types))) {
      throw new IllegalStateException("Not the families of this table: " + known);
    }
    Map<String, byte[]> onnx = RefusedFiles.onnx(folder, DType.F32);
    rows.add(
        List.of(
            "BERT",
            "",
            "`*.onnx`, `tokenizer.json`",
            Probe.verdict(Door.EMBEDDER, onnx),
            Probe.verdict(Door.CLASSIFIER, onnx),
            Probe.verdict(Door.CROSS_ENCODER, onnx),
            Probe.tests(
                "load.BertOnnxTest.everyFormOfLinearLayerIsRead",
                "TextEmbedderTest.tokenOutputsAndPoolingsAgreeWithOnnxRuntime")));
    return Markdown.textTable(
        List.of(
            "family",
            "`model_type`",
            "files",
            "`TextEmbedder`",
            "`TextClassifier`",
            "`CrossEncoder`",
            "test"),
        rows);
  }

  private static List<String> family(HuggingFaceFamily family, String type) {
    String field = "\"" + type + "\"";
    TinyHuggingFace base = TinyHuggingFace.of(family, 1).field("model_type", field);
    TinyHuggingFace sharded = TinyHuggingFace.of(family, 1).field("model_type", field).shards(3);
    boolean both =
        Probe.verdict(Door.EMBEDDER, base.files()).equals(Probe.YES)
            && Probe.verdict(Door.EMBEDDER, sharded.files()).equals(Probe.YES);
    Map<String, byte[]> head =
        TinyHuggingFace.of(family, 1).field("model_type", field).labels(1).files();
    return List.of(
        title(family),
        "`" + type + "`",
        "`config.json`, `model.safetensors`" + (both ? " or shards" : "") + ", `tokenizer.json`",
        both ? Probe.YES : Probe.NO,
        Probe.verdict(Door.CLASSIFIER, head),
        Probe.verdict(Door.CROSS_ENCODER, head),
        type.equals(family.modelType())
            ? Probe.tests(
                "load.EncoderFamilyTest.tokenOutputsAgree", "SequenceClassifierTest.logitsAgree")
            : ITSELF);
  }

  private static String title(HuggingFaceFamily family) {
    return switch (family) {
      case BERT -> "BERT";
      case ROBERTA -> "RoBERTa";
      case XLM_ROBERTA -> "XLM-RoBERTa";
      case MPNET -> "MPNet";
      case DISTILBERT -> "DistilBERT";
    };
  }

  private String weights() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (DType type : List.of(DType.F32, DType.F16, DType.BF16)) {
      Map<String, byte[]> files = TinyHuggingFace.of(HuggingFaceFamily.BERT, 1).type(type).files();
      rows.add(
          List.of(
              type.name(),
              Probe.verdict(Door.EMBEDDER, files),
              Probe.verdict(Door.EMBEDDER, RefusedFiles.onnx(folder, type)),
              Probe.tests(
                  "load.EncoderFamilyTest.shardsAndTypesOfWeightsMakeNoDifference",
                  "load.BertOnnxTest.everyTypeAndEncodingOfNumbersIsRead")));
    }
    rows.add(
        List.of(
            "int8 in the reference library's layout: `weight` (I8), `SCB` (F32), `weight_format`",
            Probe.verdict(Door.EMBEDDER, ReferenceInt8Files.bert()),
            "",
            Probe.test("load.ReferenceInt8Test.codesAndStepsAreThoseOfTheFile") + ", " + ITSELF));
    rows.add(
        List.of(
            "int8 by operators of the graph (QDQ, `MatMulInteger` ...)",
            "",
            Probe.verdict(Door.EMBEDDER, RefusedFiles.quantizedOnnx(folder)),
            Probe.test("load.BertOnnxTest.otherComputationsAreRefused")));
    return Markdown.textTable(List.of("linear layers in", "safetensors", "ONNX", "test"), rows);
  }

  private String sources() throws IOException {
    TinyHuggingFace tiny = TinyHuggingFace.of(HuggingFaceFamily.BERT, 1);
    Path model = Files.createDirectories(folder.resolve("model"));
    tiny.write(model);
    Map<String, InputStream> streams = new HashMap<>();
    tiny.files().forEach((name, bytes) -> streams.put(name, new ByteArrayInputStream(bytes)));
    List<List<String>> rows = new ArrayList<>();
    source(
        rows,
        "a folder",
        "`TextEmbedder.load(path)`",
        ModelSource.of(model),
        "load.ModelSourceTest.modelsAreTheSameFromEverySource");
    source(
        rows,
        "one file of it, with what lies beside it",
        "`TextEmbedder.load(path)`",
        ModelSource.of(model.resolve("model.safetensors")),
        "load.ModelSourceTest.aSourceKnowsWhichFileIsMeant");
    source(
        rows,
        "bytes",
        "`ModelSource.ofBytes(name, files)`",
        ModelSource.ofBytes("model", tiny.files()),
        "LoadSourcesTest.bytesAreNotKeptUnlessTheCallerAsks");
    source(
        rows,
        "streams",
        "`ModelSource.ofStreams(name, streams)`",
        ModelSource.ofStreams("model", streams),
        "load.ModelSourceTest.streamsOfAnyPaceAreReadToTheirEnd");
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
      source(
          rows,
          "the class path",
          "`ModelSource.ofResources(loader, folder)`",
          ModelSource.ofResources(loader, "model"),
          "LoadSourcesTest.resourcesOfTheClassPath");
    }
    return Markdown.textTable(List.of("from", "by", "outliers meet weights in", "test"), rows);
  }

  private static void source(
      List<List<String>> rows, String from, String by, ModelSource source, String test) {
    try (TextEmbedder embedder = TextEmbedder.load(source, LoadOptions.defaults())) {
      boolean file = embedder.report().origin().outlierWeights().startsWith("HALF");
      rows.add(
          List.of(
              from,
              by,
              file
                  ? "16 bits, read from the file when needed"
                  : "8 bits; 16 with `withSourceKept(true)`",
              Probe.test(test)));
    }
  }
}
