package io.octavo.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.LanguageModel;
import io.octavo.chat.ChatMessage;
import io.octavo.chat.ChatTemplate;
import io.octavo.error.CheckpointException;
import io.octavo.error.InvalidInputException;
import io.octavo.error.OctavoException;
import io.octavo.generate.GenerationOptions;
import io.octavo.generate.GenerationRequest;
import io.octavo.generate.GenerationSession;
import io.octavo.generate.Generator;
import io.octavo.generate.Likelihood;
import io.octavo.generate.PerplexityProtocol;
import io.octavo.generate.TokenModel;
import io.octavo.generate.TokenSequenceState;
import io.octavo.load.CheckpointTensor;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelSource;
import io.octavo.load.SafetensorsCheckpoint;
import io.octavo.tensor.DType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What decoders must not be brought down by: prompts, token ids, weights, templates. */
@Timeout(120)
class HostileDecodersTest {
  private static final String WEIGHTS = "model.safetensors";
  private static final int VOCABULARY = 61;
  private static final GenerationOptions TWO = GenerationOptions.defaults().withMaxTokens(2);

  /** The context of llama3, 256 tokens, and one more. */
  private static final int TOO_LONG = 257;

  static final List<String> TEMPLATES = TemplateMutation.HOSTILE;

  private static Map<String, byte[]> files(String name) {
    Specimen specimen =
        DecoderFolders.all().stream()
            .filter(each -> each.name().equals("decoder " + name))
            .findFirst()
            .orElseThrow();
    return new HashMap<>(specimen.files());
  }

  private static LanguageModel load(Map<String, byte[]> files, LoadOptions options) {
    return LanguageModel.load(ModelSource.ofBytes("memory", files), options);
  }

  private static LanguageModel load(String name) {
    return load(files(name), LoadOptions.defaults());
  }

  private static void refused(ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void aPromptThatIsLongerThanTheContextIsRefusedEverywhere() {
    try (LanguageModel model = load("llama3");
        TokenSequenceState sequence = model.tokens().open();
        GenerationSession session = model.generator().open()) {
      int[] prompt = new int[TOO_LONG];
      int[] full = new int[TOO_LONG - 1];
      TokenModel tokens = model.tokens();
      Generator generator = model.generator();
      List<GenerationRequest> requests =
          List.of(new GenerationRequest(full, TWO), new GenerationRequest(prompt, TWO));
      String text = "t".repeat(TOO_LONG);
      refused(() -> model.generate(text, TWO), "257", "256");
      refused(() -> model.chat(List.of(ChatMessage.user(text)), TWO, token -> {}), "256");
      refused(() -> sequence.append(prompt), "257", "256");
      refused(() -> sequence.append(prompt, (position, logits, offset) -> {}), "256");
      refused(() -> tokens.appendAll(List.of(sequence), List.of(prompt)), "256");
      refused(() -> generator.start(prompt, TWO), "257", "256");
      refused(() -> generator.generate(prompt, TWO, token -> {}), "257", "256");
      refused(() -> generator.generateAll(requests, (request, token) -> {}), "257", "256");
      refused(() -> session.generate(prompt, TWO, token -> {}), "257", "256");
      refused(() -> Likelihood.logProbabilities(tokens, prompt), "257", "256");
      refused(() -> Likelihood.continuations(tokens, full, List.of(new int[] {1})), "256", "1");
      refused(() -> Likelihood.continuations(tokens, new int[1], List.of(full)), "256", "1");
      refused(
          () -> Likelihood.perplexity(tokens, prompt, PerplexityProtocol.separate(TOO_LONG)),
          "257",
          "256");
      assertThat(sequence.length()).isZero();
      // A full context has one token behind it, and no room for another.
      assertThat(session.generate(full, TWO, token -> {}).tokens()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, VOCABULARY, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void anIdThatIsNoTokensIsRefusedEverywhere(int id) {
    try (LanguageModel model = load("llama3");
        TokenSequenceState sequence = model.tokens().open();
        GenerationSession session = model.generator().open()) {
      int[] prompt = {1, id, 2};
      int[] sound = {1, 2};
      String named = String.valueOf(id);
      TokenModel tokens = model.tokens();
      Generator generator = model.generator();
      List<GenerationRequest> requests =
          List.of(new GenerationRequest(sound, TWO), new GenerationRequest(prompt, TWO));
      refused(() -> sequence.append(prompt), named);
      refused(() -> sequence.append(prompt, (position, logits, offset) -> {}), named);
      refused(() -> tokens.appendAll(List.of(sequence), List.of(prompt)), named);
      refused(() -> generator.start(prompt, TWO), named);
      refused(() -> generator.generate(prompt, TWO, token -> {}), named);
      refused(() -> generator.generateAll(requests, (request, token) -> {}), named);
      refused(() -> session.start(prompt, TWO), named);
      refused(() -> session.generate(prompt, TWO, token -> {}), named);
      refused(() -> generator.start(sound, TWO.withStopTokens(Set.of(id))), named);
      refused(() -> generator.start(sound, TWO.withLogitBias(Map.of(id, 1.0))), named);
      refused(() -> Likelihood.logProbabilities(tokens, prompt), named);
      refused(() -> Likelihood.continuations(tokens, prompt, List.of(sound)), named);
      refused(() -> Likelihood.continuations(tokens, sound, List.of(prompt)), named);
      refused(() -> Likelihood.perplexity(tokens, prompt, PerplexityProtocol.separate(2)), named);
      refused(
          () -> Likelihood.perplexity(tokens, sound, PerplexityProtocol.separateAfter(id, 3)),
          named);
      assertThatThrownBy(() -> model.tokenizer().token(id))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(named);
      if (id < 0) {
        assertThatThrownBy(() -> model.tokenizer().decode(prompt))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(named);
      } else {
        assertThat(model.tokenizer().decode(new int[] {id})).isEmpty();
      }
      // And nothing of them is left.
      assertThat(sequence.length()).isZero();
      assertThat(session.generate(sound, TWO, token -> {}).ids())
          .isEqualTo(generator.generate(sound, TWO, token -> {}).ids());
    }
  }

  /** It was an IllegalArgumentException, or rotations by NaN. */
  @Test
  void basesAndLengthsOfRotaryPositionsAreChecked() {
    refusedConfig("gemma3", "10000.0", "0.5", "base 0.5");
    refusedConfig("gemma3", "\"head_dim\": 8", "\"head_dim\": 7", "7 rotated features");
    refusedConfig("llama3", "\"rope_theta\": 10000.0", "\"rope_theta\": 1.0", "base 1.0");
    refusedConfig(
        "phi3",
        "\"original_max_position_embeddings\": 128",
        "\"original_max_position_embeddings\": 1",
        "single token");
  }

  private static void refusedConfig(String name, String old, String changed, String named) {
    Map<String, byte[]> files = files(name);
    String config =
        new String(files.getOrDefault("config.json", new byte[0]), StandardCharsets.UTF_8);
    assertThat(config).contains(old);
    files.put("config.json", config.replace(old, changed).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> load(files, LoadOptions.defaults()).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("config.json", named);
  }

  /** The beginning of a prompt was its continuation's, without a word. */
  @Test
  void aPromptIsNotCutWhereTheTokenizerSaysThatTextsAre() {
    Map<String, byte[]> files = files("llama3");
    String tokenizer =
        new String(files.getOrDefault("tokenizer.json", new byte[0]), StandardCharsets.UTF_8);
    String cut =
        tokenizer.replace(
            "\"truncation\": null",
            "\"truncation\": {\"direction\": \"Right\", \"max_length\": 4,"
                + " \"strategy\": \"LongestFirst\", \"stride\": 0}");
    assertThat(cut).isNotEqualTo(tokenizer);
    files.put("tokenizer.json", cut.getBytes(StandardCharsets.UTF_8));
    try (LanguageModel model = load(files, LoadOptions.defaults())) {
      assertThat(model.tokenizer().encode("t".repeat(10))).hasSize(4);
      assertThat(model.generate("t".repeat(10), TWO).promptTokens()).isEqualTo(10);
    }
  }

  /** Every tensor of every family, one number of each, stored as F32 so that nothing rounds it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama3",
        "qwen3, several templates",
        "gemma3",
        "phi3",
        "gpt2",
        "gptj",
        "gpt-neox",
        "opt-350m"
      })
  void aWeightThatIsNoNumberIsRefusedByPlace(String name) {
    Map<String, byte[]> files = files(name);
    List<String> names = new ArrayList<>();
    try (SafetensorsCheckpoint checkpoint =
        SafetensorsCheckpoint.open(ModelSource.ofBytes("m", files), WEIGHTS)) {
      names.addAll(checkpoint.names());
    }
    int index = 0;
    for (String tensor : names) {
      short bits = (short) (index++ % 2 == 0 ? 0x7E00 : 0xFC00);
      Map<String, byte[]> damaged = new HashMap<>(files);
      damaged.put(WEIGHTS, with(files, tensor, bits));
      LoadOptions options =
          index % 3 == 0
              ? LoadOptions.defaults().withFloatingPoint(DType.F32)
              : LoadOptions.defaults();
      assertThatThrownBy(() -> load(damaged, options).close())
          .as(tensor)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(WEIGHTS)
          .hasMessageMatching("(?s).*(NaN|[Ii]nfinity).*")
          .satisfies(
              thrown ->
                  assertThat(placed(tensor, String.valueOf(thrown.getMessage())))
                      .as("%s in %s", tensor, thrown.getMessage())
                      .isTrue());
    }
  }

  /** Tensors that are kept are named; those that are quantized by what they are. */
  private static boolean placed(String tensor, String message) {
    String layer = tensor.replaceAll(".*?\\.(?:layers|h)\\.(\\d+)\\..*", "layer $1 ");
    return message.contains(tensor)
        || message.contains(layer)
        || message.contains("embeddings")
        || message.contains("head");
  }

  /** The file with another number in the middle of a tensor, which is in F16. */
  private static byte[] with(Map<String, byte[]> files, String tensor, short bits) {
    byte[] bytes = files.getOrDefault(WEIGHTS, new byte[0]).clone();
    try (SafetensorsCheckpoint checkpoint =
        SafetensorsCheckpoint.open(ModelSource.ofBytes("m", files), WEIGHTS)) {
      CheckpointTensor found = checkpoint.tensor(tensor);
      assertThat(found.type()).isEqualTo(DType.F16);
      String place = found.place();
      int begin = Integer.parseInt(place.substring(place.lastIndexOf(' ') + 1));
      int at = begin + (int) (found.data().byteSize() / 4 * 2);
      bytes[at] = (byte) bits;
      bytes[at + 1] = (byte) (bits >> 8);
    }
    return bytes;
  }

  /** Whatever a template does, it ends soon, and in text or an exception that names the file. */
  @ParameterizedTest
  @FieldSource("TEMPLATES")
  void aTemplateEndsWhateverItSays(String source) {
    List<ChatMessage> conversation =
        List.of(
            ChatMessage.user("x".repeat(1000)), ChatMessage.assistant("b"), ChatMessage.user("c"));
    long start = System.nanoTime();
    try {
      String text =
          ChatTemplate.of("the/file.jinja", source, Map.of("eos_token", "</s>"))
              .prompt(conversation);
      assertThat(text.length()).isLessThan(4 << 20);
    } catch (OctavoException exception) {
      assertThat(exception).hasMessageContaining("the/file.jinja");
      assertThat(String.valueOf(exception.getMessage()).length()).isLessThan(10_000);
    }
    assertThat((System.nanoTime() - start) / 1e9).isLessThan(5);
  }
}
