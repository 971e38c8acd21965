package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.octavo.load.LoadOptions;
import io.octavo.model.Pooling;
import io.octavo.tensor.DType;
import io.octavo.testing.HuggingFaceFamily;
import io.octavo.testing.TinyHuggingFace;
import io.octavo.testing.TinySafetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a folder's sentence-transformers files say is what the vectors become. */
@Tag("core")
class SentenceEmbedderTest {
  private static final LoadOptions FLOAT = LoadOptions.defaults().withFloatingPoint(DType.F32);
  private static final String TEXT = "a word60 is word61";
  private static final int WIDTH = 40;

  private Path folder;
  private TinyHuggingFace tiny;

  @BeforeEach
  void write(@TempDir Path empty) throws IOException {
    folder = empty;
    tiny = TinyHuggingFace.of(HuggingFaceFamily.BERT, 2);
    tiny.write(folder);
    file("modules.json", modules("Transformer:", "Pooling:1_Pooling"));
    file("1_Pooling/config.json", pooling("pooling_mode_cls_token"));
  }

  @Test
  void aClsModelIsNeverMeanPooled() {
    try (TextEmbedder embedder = TextEmbedder.load(folder, FLOAT)) {
      float[][] tokens = tiny.reference(embedder.tokenizer().encode(TEXT, 128));
      assertThat(embedder.embed(TEXT)).containsExactly(tokens[0], within(2e-5f));
    }
  }

  @Test
  void optionsAreStrongerThanFiles() {
    LoadOptions options = FLOAT.withPooling(Pooling.MEAN).withNormalization(true);
    try (TextEmbedder embedder = TextEmbedder.load(folder, options)) {
      float[][] tokens = tiny.reference(embedder.tokenizer().encode(TEXT, 128));
      double[] mean = new double[WIDTH];
      for (int d = 0; d < WIDTH; d++) {
        int feature = d;
        mean[d] = Arrays.stream(tokens).mapToDouble(t -> t[feature]).average().orElseThrow();
      }
      assertClose(embedder.embed(TEXT), unit(mean));
    }
  }

  @Test
  void modulesBehindThePoolingRunInTheirOrder() throws IOException {
    int outputs = 7;
    float[] weight = numbers(outputs * WIDTH, 3);
    float[] bias = numbers(outputs, 4);
    file(
        "modules.json",
        modules("Transformer:", "Pooling:1_Pooling", "Dense:2_Dense", "Normalize:3_Normalize"));
    file(
        "2_Dense/config.json",
        """
        {"in_features": 40, "out_features": 7, "bias": true,
         "activation_function": "torch.nn.modules.activation.Tanh"}
        """);
    Files.write(
        folder.resolve("2_Dense/model.safetensors"),
        TinySafetensors.file()
            .floats("linear.weight", "[7, 40]", weight)
            .floats("linear.bias", "[7]", bias)
            .bytes());
    try (TextEmbedder embedder = TextEmbedder.load(folder, FLOAT)) {
      assertThat(embedder.dimensions()).isEqualTo(outputs);
      float[] cls = tiny.reference(embedder.tokenizer().encode(TEXT, 128))[0];
      double[] expected = new double[outputs];
      for (int n = 0; n < outputs; n++) {
        double sum = bias[n];
        for (int k = 0; k < WIDTH; k++) {
          sum += (double) weight[n * WIDTH + k] * cls[k];
        }
        expected[n] = Math.tanh(sum);
      }
      assertClose(embedder.embed(TEXT), unit(expected));
    }
  }

  @Test
  void textsAreCutStrippedAndLowered() throws IOException {
    file("sentence_bert_config.json", "{\"max_seq_length\": 6, \"do_lower_case\": true}");
    try (TextEmbedder embedder = TextEmbedder.load(folder, FLOAT)) {
      assertThat(embedder.maxTokens()).isEqualTo(6);
      float[] expected = embedder.embed("a b c d");
      assertThat(embedder.embed("\u00a0 A b C d E f G \n\u3000\u0085")).isEqualTo(expected);
      assertThat(embedder.embed("a b c e")).isNotEqualTo(expected);
    }
    try (TextEmbedder embedder = TextEmbedder.load(folder, FLOAT.withMaxTokens(8))) {
      assertThat(embedder.maxTokens()).isEqualTo(8);
    }
  }

  @Test
  void promptsArePutBeforeTexts() throws IOException {
    file(
        "config_sentence_transformers.json",
        """
        {"prompts": {"query": "word70 ", "passage": "word71 "}, "default_prompt_name": "passage"}
        """);
    try (TextEmbedder embedder = TextEmbedder.load(folder, FLOAT)) {
      assertThat(embedder.prompts()).containsOnlyKeys("query", "passage");
      float[] query = embedder.embedTokens(embedder.tokenizer().encode("word70 " + TEXT));
      float[] passage = embedder.embedTokens(embedder.tokenizer().encode("word71 " + TEXT));
      assertThat(embedder.embedQuery(TEXT)).isEqualTo(query);
      assertThat(embedder.embedPassage(TEXT)).isEqualTo(passage);
      assertThat(embedder.embed(TEXT)).isEqualTo(passage);
      assertThat(embedder.embedAll("query", List.of(TEXT)).getFirst()).isEqualTo(query);
      assertThatThrownBy(() -> embedder.embedAll("clustering", List.of(TEXT)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("clustering", "query", "passage");
    }
    LoadOptions options = FLOAT.withPrompts(Map.of("query", "word72 "));
    try (TextEmbedder embedder = TextEmbedder.load(folder, options)) {
      float[] query = embedder.embedTokens(embedder.tokenizer().encode("word72 " + TEXT));
      assertThat(embedder.embedQuery(TEXT)).isEqualTo(query);
    }
  }

  @Test
  void aPromptCanBeLeftOutOfTheMean() throws IOException {
    file(
        "1_Pooling/config.json",
        """
        {"word_embedding_dimension": 40, "pooling_mode_mean_tokens": true, "include_prompt": false}
        """);
    file("config_sentence_transformers.json", "{\"prompts\": {\"query\": \"word70 word71 \"}}");
    try (TextEmbedder embedder = TextEmbedder.load(folder, FLOAT)) {
      int[] ids = embedder.tokenizer().encode("word70 word71 " + TEXT);
      float[][] tokens = tiny.reference(ids);
      double[] mean = new double[WIDTH];
      // The token before the text and the two of the prompt are not counted.
      for (int t = 3; t < ids.length; t++) {
        for (int d = 0; d < WIDTH; d++) {
          mean[d] += tokens[t][d] / (double) (ids.length - 3);
        }
      }
      assertClose(embedder.embedQuery(TEXT), mean);
    }
  }

  @Test
  void theTransformerMayLieInAFolderOfItsOwn(@TempDir Path other) throws IOException {
    Path inner = Files.createDirectories(other.resolve("0_Transformer"));
    tiny.write(inner);
    folder = other;
    file("modules.json", modules("Transformer:0_Transformer", "Pooling:1_Pooling"));
    file("1_Pooling/config.json", pooling("pooling_mode_cls_token"));
    try (TextEmbedder embedder = TextEmbedder.load(folder, FLOAT)) {
      float[][] tokens = tiny.reference(embedder.tokenizer().encode(TEXT, 128));
      assertThat(embedder.embed(TEXT)).containsExactly(tokens[0], within(2e-5f));
    }
  }

  private static String pooling(String mode) {
    return "{\"word_embedding_dimension\": 40, \"" + mode + "\": true}";
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

  private void file(String name, String text) throws IOException {
    Path path = folder.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private static float[] numbers(int count, long seed) {
    Random random = new Random(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian() / 4;
    }
    return numbers;
  }

  private static double[] unit(double[] vector) {
    double length = Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
    return Arrays.stream(vector).map(x -> x / length).toArray();
  }

  private static void assertClose(float[] actual, double[] expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(3e-5));
    }
  }
}
