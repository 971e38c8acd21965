package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octavo.kernel.Activation;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelSource;
import io.octavo.load.SentenceModules;
import io.octavo.load.SentenceStep;
import io.octavo.model.Pooling;
import io.octavo.model.PoolingPlan;
import io.octavo.model.TokenSequence;
import io.octavo.quantize.Int8Scheme;
import io.octavo.quantize.LlmInt8;
import io.octavo.quantize.OutlierScope;
import io.octavo.quantize.OutlierWeights;
import io.octavo.tensor.DType;
import io.octavo.testing.HuggingFaceFamily;
import io.octavo.testing.Paragraphs;
import io.octavo.testing.TestData;
import io.octavo.testing.TinyHuggingFace;
import io.octavo.testing.TinyOnnx;
import io.octavo.testing.TinySafetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A model that was exported and loaded again gives the same bits as the original. */
class ModelExportTest {
  private static final int WIDTH = 40;

  /** A threshold below which hardly a token is without outliers. */
  private static final LlmInt8 INT8 =
      LlmInt8.defaults()
          .withThreshold(1f)
          .withOutlierLimit(1f)
          .withOutlierWeights(OutlierWeights.INT8);

  private static final LoadOptions OPTIONS = LoadOptions.defaults().withQuantization(INT8);

  private static final List<String> TEXTS =
      List.of("a word60 is word61", "", "b", "  WORD62 c d e \n", "f g h i j k l m n o p q r s t");

  private final Path source;
  private final Path target;

  ModelExportTest(@TempDir Path folder) throws IOException {
    source = Files.createDirectory(folder.resolve("source"));
    target = folder.resolve("target");
  }

  static Stream<Arguments> models() {
    return Stream.of(HuggingFaceFamily.values())
        .flatMap(
            family ->
                Stream.of(DType.F32, DType.F16, DType.BF16)
                    .flatMap(
                        type -> Stream.of(1, 3).map(shards -> Arguments.of(family, type, shards))));
  }

  @ParameterizedTest
  @MethodSource("models")
  void encodersGiveTheSameBits(HuggingFaceFamily family, DType type, int shards)
      throws IOException {
    TinyHuggingFace.of(family, 8).type(type).shards(shards).write(source);
    assertSameVectors(OPTIONS);
    assertThat(config(target).get("architectures").get(0).textValue()).endsWith("Model");
    assertThat(Files.size(target.resolve("model.safetensors")))
        .isLessThan(type == DType.F32 ? tensorBytes() / 2 : tensorBytes());
  }

  private long tensorBytes() throws IOException {
    long bytes = 0;
    for (Map.Entry<String, byte[]> file : bytes(source).entrySet()) {
      bytes += file.getKey().endsWith(".safetensors") ? file.getValue().length : 0;
    }
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("models")
  void headsGiveTheSameBits(HuggingFaceFamily family, DType type, int shards) throws IOException {
    TinyHuggingFace.of(family, 9)
        .type(type)
        .shards(shards)
        .labels(3)
        .field("id2label", "{\"0\": \"bad\", \"1\": \"so so\", \"2\": \"g\\u00f6\\ud800\"}")
        .write(source);
    Random random = new Random(3);
    int segments = family == HuggingFaceFamily.BERT ? 2 : 1;
    try (TextClassifier original = TextClassifier.load(source, OPTIONS)) {
      deleteAll(source);
      original.export(target);
      try (TextClassifier again = TextClassifier.load(target, OPTIONS)) {
        assertThat(again.labels()).isEqualTo(original.labels());
        assertThat(again.maxTokens()).isEqualTo(original.maxTokens());
        assertThat(again.classifyAll(TEXTS)).isEqualTo(original.classifyAll(TEXTS));
        for (int length : new int[] {1, 30, 100}) {
          int[] ids = random.ints(length, 0, 80).toArray();
          int[] types = random.ints(length, 0, segments).sorted().toArray();
          TokenSequence sequence = new TokenSequence(ids, types);
          assertThat(again.logits(sequence)).isEqualTo(original.logits(sequence));
        }
        assertThat(again.report().origin().ignored()).isEmpty();
        assertOutliersWereMet(original.report());
        again.export(target.resolveSibling("again"));
      }
      assertThat(config(target).get("architectures").get(0).textValue())
          .endsWith("ForSequenceClassification");
    }
    assertSameFiles(target, target.resolveSibling("again"));
  }

  /** Where the classifier's limit and the scores' function came from files or options. */
  @ParameterizedTest
  @EnumSource
  void crossEncodersGiveTheSameBits(HuggingFaceFamily family) throws IOException {
    TinyHuggingFace.of(family, 10).labels(1).write(source);
    file("modules.json", modules("Transformer:"));
    file(
        "config_sentence_transformers.json",
        """
        {"model_type": "CrossEncoder", "activation_fn": "torch.nn.modules.activation.Tanh"}
        """);
    file("sentence_bert_config.json", "{\"max_seq_length\": 14}");
    file("tokenizer_config.json", "{\"model_max_length\": 100, \"tokenizer_class\": \"Tiny\"}");
    try (CrossEncoder original = CrossEncoder.load(source, OPTIONS)) {
      assertThat(original.maxTokens()).isEqualTo(14);
      original.export(target);
      try (CrossEncoder again = CrossEncoder.load(target, OPTIONS)) {
        assertThat(again.maxTokens()).isEqualTo(14);
        assertThat(again.scoreAll("who is word60", TEXTS))
            .isEqualTo(original.scoreAll("who is word60", TEXTS));
      }
    }
    JsonNode tokenizer = json(target.resolve("tokenizer_config.json"));
    assertThat(tokenizer.get("tokenizer_class").textValue()).isEqualTo("Tiny");
    assertThat(tokenizer.get("model_max_length").intValue()).isEqualTo(14);
  }

  @ParameterizedTest
  @EnumSource
  void embeddingsOfEveryTypeGiveTheSameBits(DType type) {
    TinyHuggingFace.of(HuggingFaceFamily.MPNET, 11).write(source);
    assertSameVectors(OPTIONS.withEmbeddingType(type));
  }

  @ParameterizedTest
  @EnumSource(
      value = Int8Scheme.class,
      names = {"ABSMAX_VECTOR", "ZEROPOINT_ACTIVATION_TENSOR", "ZEROPOINT_ACTIVATION_VECTOR"})
  void schemesOfThatLayoutGiveTheSameBits(Int8Scheme scheme) {
    TinyHuggingFace.of(HuggingFaceFamily.BERT, 12).write(source);
    assertSameVectors(OPTIONS.withQuantization(INT8.withScheme(scheme)));
  }

  @Test
  void theReferenceLibrarysScopeGivesTheSameBits() {
    TinyHuggingFace.of(HuggingFaceFamily.BERT, 13).write(source);
    assertSameVectors(OPTIONS.withQuantization(INT8.withScope(OutlierScope.REFERENCE)));
  }

  /** One constant for a whole matrix is a constant per output that happens to be the same. */
  @Test
  void aConstantForAllWeightsIsOneForEachOutput() {
    TinyHuggingFace.of(HuggingFaceFamily.BERT, 14).write(source);
    LoadOptions rows = OPTIONS.withQuantization(INT8.withScheme(Int8Scheme.ABSMAX_ROW));
    try (TextEmbedder original = TextEmbedder.load(source, rows)) {
      original.export(target);
      try (TextEmbedder again = TextEmbedder.load(target, OPTIONS)) {
        assertThat(again.embedAll(TEXTS)).containsExactlyElementsOf(original.embedAll(TEXTS));
      }
    }
  }

  @Test
  void onnxModelsBecomeBert() throws IOException {
    TinyOnnx.bert().shape(2, 96, 6, 130).tables(150, 140, 2).write(source.resolve("model.onnx"));
    TinyOnnx.writeTokenizer(source.resolve("tokenizer.json"), 150);
    assertSameVectors(OPTIONS);
    JsonNode config = config(target);
    assertThat(config.get("model_type").textValue()).isEqualTo("bert");
    assertThat(config.get("num_attention_heads").intValue()).isEqualTo(6);
  }

  @Test
  void miniLmGivesTheSameBits() throws IOException {
    Path file = TestData.miniLm();
    // That many outliers take their time.
    List<String> texts = Paragraphs.read().subList(0, 6);
    try (TextEmbedder original = TextEmbedder.load(file, OPTIONS)) {
      original.export(target);
      try (TextEmbedder again = TextEmbedder.load(target, OPTIONS)) {
        assertThat(again.embedAll(texts)).containsExactlyElementsOf(original.embedAll(texts));
        assertThat(again.report().descriptor()).isEqualTo(original.report().descriptor());
        assertOutliersWereMet(original.report());
      }
    }
    assertThat(Files.size(target.resolve("model.safetensors")))
        .isLessThan(Files.size(file) * 2 / 5);
  }

  @ParameterizedTest
  @EnumSource
  void poolingsAreWrittenAsTheyAreInEffect(Pooling pooling) {
    TinyHuggingFace.of(HuggingFaceFamily.BERT, 15).write(source);
    LoadOptions options =
        OPTIONS
            .withPooling(pooling)
            .withNormalization(pooling != Pooling.CLS)
            .withMaxTokens(9)
            .withPrompts(Map.of("query", "word70 "));
    SentenceModules written = assertSameVectors(options);
    assertThat(written)
        .isEqualTo(
            new SentenceModules(
                "",
                OptionalInt.of(9),
                false,
                PoolingPlan.of(pooling, WIDTH),
                pooling == Pooling.CLS ? List.of() : List.of(new SentenceStep.Normalize(WIDTH)),
                Map.of("query", "word70 "),
                null,
                null,
                List.of()));
  }

  @Test
  void modulesPromptsAndFoldersAreWritten() throws IOException {
    Path inner = Files.createDirectories(source.resolve("0_Inner"));
    TinyHuggingFace.of(HuggingFaceFamily.ROBERTA, 16).write(inner);
    file(
        "modules.json",
        modules(
            "Transformer:0_Inner",
            "Pooling:1_Pooling",
            "Dense:2_A",
            "Dropout:3_B",
            "LayerNorm:4_C",
            "Dense:5_D",
            "Normalize:6_E"));
    file(
        "1_Pooling/config.json",
        """
        {"embedding_dimension": 40, "pooling_mode": ["lasttoken", "cls"], "include_prompt": false}
        """);
    dense("2_A", 80, 24, "torch.nn.modules.activation.Tanh", true);
    file("3_B/config.json", "{\"dropout\": 0.1}");
    file("4_C/config.json", "{\"dimension\": 24}");
    weights("4_C", Map.of("norm.weight", new int[] {24}, "norm.bias", new int[] {24}));
    dense("5_D", 24, 12, "torch.nn.modules.linear.Identity", false);
    file("0_Inner/sentence_bert_config.json", "{\"max_seq_length\": 11, \"do_lower_case\": true}");
    file(
        "config_sentence_transformers.json",
        """
        {"__version__": {"pytorch": "2"}, "prompts": {"passage": "word71 ", "query": "word70 "},
         "default_prompt_name": "passage", "similarity_fn_name": "dot", "truncate_dim": 7}
        """);
    SentenceModules written = assertSameVectors(OPTIONS.withPrompts(Map.of("query", "word72 ")));
    assertThat(written)
        .isEqualTo(
            new SentenceModules(
                "",
                OptionalInt.of(11),
                true,
                new PoolingPlan(WIDTH, List.of(Pooling.LAST, Pooling.CLS), false),
                List.of(
                    new SentenceStep.Dense(
                        80, 24, true, Activation.TANH, "2_Dense/model.safetensors"),
                    new SentenceStep.LayerNorm(24, "3_LayerNorm/model.safetensors"),
                    new SentenceStep.Dense(24, 12, false, null, "4_Dense/model.safetensors"),
                    new SentenceStep.Normalize(12),
                    new SentenceStep.Truncate(7)),
                Map.of("passage", "word71 ", "query", "word72 "),
                "passage",
                "dot",
                List.of()));
    LoadOptions normalized = OPTIONS.withNormalization(true);
    try (TextEmbedder embedder = TextEmbedder.load(source, normalized)) {
      assertThatThrownBy(() -> embedder.export(target.resolveSibling("other")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("shortened");
    }
  }

  @Test
  void theConfigurationKeepsItsFieldsAndStatesTheQuantization() throws IOException {
    TinyHuggingFace.of(HuggingFaceFamily.DISTILBERT, 17)
        .labels(3)
        .field("odd", "{\"a\": [1, 2.5, null, \"x\\u0416\", true, 5000000000, 1e-12], \"b\": {}}")
        .write(source);
    try (TextClassifier original = TextClassifier.load(source, OPTIONS)) {
      original.export(target);
    }
    Map<String, JsonNode> expected = fields(config(source));
    Map<String, JsonNode> written = fields(config(target));
    JsonNode quantization = written.remove("quantization_config");
    assertThat(written).isEqualTo(expected);
    assertThat(quantization.get("load_in_8bit").booleanValue()).isTrue();
    assertThat(quantization.get("quant_method").textValue()).isEqualTo("bitsandbytes");
    assertThat(quantization.get("llm_int8_threshold").doubleValue()).isEqualTo(1.0);
    assertThat(quantization.get("llm_int8_skip_modules").toString())
        .isEqualTo("[\"pre_classifier\",\"classifier\"]");
    LoadOptions plain = OPTIONS.withQuantization(INT8.withoutDecomposition());
    try (TextEmbedder original = TextEmbedder.load(target, plain)) {
      original.export(target.resolveSibling("plain"));
    }
    JsonNode config = config(target.resolveSibling("plain"));
    assertThat(config.get("quantization_config").get("llm_int8_threshold").doubleValue()).isZero();
    assertThat(config.get("architectures").toString()).isEqualTo("[\"DistilBertModel\"]");
  }

  private static Map<String, JsonNode> fields(JsonNode object) {
    Map<String, JsonNode> fields = new TreeMap<>();
    object.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
    return fields;
  }

  /** Exports a model of a source that is gone by then; what the folder's files say. */
  private SentenceModules assertSameVectors(LoadOptions options) {
    try (TextEmbedder original = TextEmbedder.load(source, options)) {
      Path moved = source.resolveSibling("moved");
      Files.move(source, moved);
      original.export(target);
      Files.move(moved, source);
      LoadOptions defaults = OPTIONS.withLinearFormat(options.linearFormat());
      try (TextEmbedder again =
          TextEmbedder.load(target, defaults.withEmbeddingType(options.embeddingType()))) {
        assertThat(again.maxTokens()).isEqualTo(original.maxTokens());
        assertThat(again.prompts()).isEqualTo(original.prompts());
        assertThat(again.embedAll(TEXTS)).containsExactlyElementsOf(original.embedAll(TEXTS));
        assertThat(again.embedQueries(TEXTS))
            .containsExactlyElementsOf(original.embedQueries(TEXTS));
        assertThat(again.embedPassages(TEXTS))
            .containsExactlyElementsOf(original.embedPassages(TEXTS));
        int[] ids = new Random(4).ints(60, 0, 80).toArray();
        assertThat(again.tokenOutputs(ids)).isDeepEqualTo(original.tokenOutputs(ids));
        assertThat(again.report().descriptor()).isEqualTo(original.report().descriptor());
        assertThat(again.report().origin().ignored()).isEmpty();
        assertOutliersWereMet(original.report());
        again.export(target.resolveSibling("again"));
      }
      assertSameFiles(target, target.resolveSibling("again"));
      SentenceModules modules = SentenceModules.read(ModelSource.of(target));
      if (modules == null) {
        throw new AssertionError("no modules.json");
      }
      return modules;
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  private static void assertOutliersWereMet(ModelReport report) {
    assertThat(report.outliers())
        .anySatisfy(layer -> assertThat(layer.counts().outliers()).isPositive());
  }

  private static void assertSameFiles(Path first, Path second) throws IOException {
    Map<String, byte[]> expected = bytes(first);
    Map<String, byte[]> actual = bytes(second);
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    for (Map.Entry<String, byte[]> file : expected.entrySet()) {
      assertThat(actual.get(file.getKey())).as(file.getKey()).isEqualTo(file.getValue());
    }
  }

  private static Map<String, byte[]> bytes(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static JsonNode config(Path folder) throws IOException {
    return json(folder.resolve("config.json"));
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(file));
  }

  private void file(String name, String text) throws IOException {
    Path path = source.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private void dense(String folder, int inputs, int outputs, String activation, boolean bias)
      throws IOException {
    file(
        folder + "/config.json",
        "{\"in_features\": %d, \"out_features\": %d, \"bias\": %b, \"activation_function\": \"%s\"}"
            .formatted(inputs, outputs, bias, activation));
    Map<String, int[]> shapes = new TreeMap<>(Map.of("linear.weight", new int[] {outputs, inputs}));
    if (bias) {
      shapes.put("linear.bias", new int[] {outputs});
    }
    weights(folder, shapes);
  }

  private void weights(String folder, Map<String, int[]> shapes) throws IOException {
    TinySafetensors file = TinySafetensors.file();
    Random random = new Random(folder.hashCode());
    shapes.forEach(
        (name, shape) -> {
          float[] values = new float[shape[0] * (shape.length > 1 ? shape[1] : 1)];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
          }
          file.floats(name, Arrays.toString(shape), values);
        });
    Files.write(source.resolve(folder).resolve("model.safetensors"), file.bytes());
  }

  private static String modules(String... modules) {
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < modules.length; i++) {
      String[] parts = modules[i].split(":", -1);
      json.append(i == 0 ? "" : ",")
          .append(
              "{\"idx\": %d, \"name\": \"%d\", \"path\": \"%s\", \"type\": \"%s\"}"
                  .formatted(i, i, parts[1], "sentence_transformers.models." + parts[0]));
    }
    return json.append("]").toString();
  }
}
