package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.error.InvalidInputException;
import io.octavo.generate.FinishReason;
import io.octavo.generate.GenerationOptions;
import io.octavo.generate.GenerationResult;
import io.octavo.generate.Generator;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code generation_config.json} says of generation. */
class LanguageModelDefaultsTest {
  private static final Path FILES = Path.of("src/test/resources/decoders/llama3");
  private static final int[] PROMPT = {5, 6, 7};

  /** A tokenizer without tokens but one, since generation asks for some tokenizer. */
  private static final String TOKENIZER =
      """
      {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
       "pre_tokenizer":null,"post_processor":null,"decoder":{"type":"Fuse"},
       "model":{"type":"BPE","unk_token":null,"vocab":{"a":0},"merges":[]}}""";

  private static Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    for (String file : List.of("config.json", "model.safetensors")) {
      files.put(file, Files.readAllBytes(FILES.resolve(file)));
    }
    files.put("tokenizer.json", TOKENIZER.getBytes(StandardCharsets.UTF_8));
    return files;
  }

  private static LanguageModel model(String generation) throws IOException {
    Map<String, byte[]> files = files();
    files.put("generation_config.json", generation.getBytes(StandardCharsets.UTF_8));
    return load(files);
  }

  private static LanguageModel load(Map<String, byte[]> files) {
    return LanguageModel.load(ModelSource.ofBytes("m", files), LoadOptions.defaults());
  }

  /** Qwen2.5-Instruct's file, with other numbers. */
  @Test
  void drawnAsTheFileSays() throws IOException {
    try (LanguageModel model =
        model(
            """
            {"bos_token_id": 1, "pad_token_id": 0, "do_sample": true, "eos_token_id": [2, 3],
             "repetition_penalty": 1.05, "temperature": 0.7, "top_p": 0.8, "top_k": 20,
             "min_p": 0.01, "typical_p": 0.95, "max_new_tokens": 7, "stop_strings": "###",
             "transformers_version": "4.37.0"}""")) {
      GenerationOptions expected =
          GenerationOptions.defaults()
              .withTemperature(0.7)
              .withTopK(20)
              .withTopP(0.8)
              .withMinP(0.01)
              .withTypicalP(0.95)
              .withRepetitionPenalty(1.05)
              .withMaxTokens(7)
              .withStopStrings(List.of("###"));
      assertThat(model.defaultGeneration()).isEqualTo(expected);
      assertThat(model.defaultGeneration().withTopK(3)).isEqualTo(expected.withTopK(3));
      assertThat(model.report().origin().ignored()).isEmpty();
    }
  }

  /** The library's defaults, not those of this one: 50 tokens where none are stated. */
  @Test
  void whatIsAbsentIsTheTransformersLibrarys() throws IOException {
    GenerationOptions greedy = GenerationOptions.defaults();
    try (LanguageModel model = model("{\"do_sample\": true, \"min_p\": null}")) {
      assertThat(model.defaultGeneration()).isEqualTo(greedy.withTemperature(1).withTopK(50));
    }
    try (LanguageModel model = model("{\"do_sample\": true, \"top_k\": 0, \"temperature\": 0}")) {
      assertThat(model.defaultGeneration()).isEqualTo(greedy);
    }
    try (LanguageModel model = model("{\"temperature\": 0.6, \"top_p\": 9}")) {
      assertThat(model.defaultGeneration()).isEqualTo(greedy);
    }
    try (LanguageModel model = load(files())) {
      assertThat(model.defaultGeneration()).isEqualTo(greedy);
    }
  }

  /** Older folders have the fields in the configuration itself. */
  @Test
  void theConfigurationServesWithoutAFileOfItsOwn() throws IOException {
    Map<String, byte[]> files = files();
    String config = Files.readString(FILES.resolve("config.json"));
    files.put(
        "config.json",
        config
            .replaceFirst("\\{", "{\"do_sample\": true, \"top_k\": 4, \"unknown\": 5,")
            .getBytes(StandardCharsets.UTF_8));
    try (LanguageModel model = load(files)) {
      assertThat(model.defaultGeneration().sampling().topK()).isEqualTo(4);
      assertThat(model.report().origin().ignored()).isEmpty();
    }
  }

  @Test
  void aLengthCountsThePromptUnlessTokensAreStated() throws IOException {
    try (LanguageModel model = model("{\"max_length\": 5}")) {
      Generator generator = model.generator();
      GenerationOptions own = model.defaultGeneration();
      GenerationResult result = generator.generate(PROMPT, own, token -> {});
      assertThat(result.tokens()).hasSize(2);
      assertThat(result.finishReason()).isEqualTo(FinishReason.MAX_TOKENS);
      assertThatThrownBy(() -> generator.start(new int[5], own))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContainingAll("5", "withMaxLength");
      GenerationOptions more = own.withMaxTokens(4);
      assertThat(generator.generate(new int[5], more, token -> {}).tokens()).hasSize(4);
    }
    try (LanguageModel model = model("{\"max_length\": 5, \"max_new_tokens\": 3}")) {
      assertThat(model.defaultGeneration())
          .isEqualTo(GenerationOptions.defaults().withMaxTokens(3));
    }
  }

  @Test
  void suppressedTokensAreNeverGenerated() throws IOException {
    int first;
    try (LanguageModel model = load(files())) {
      GenerationOptions one = GenerationOptions.defaults().withMaxTokens(1);
      first = model.generator().generate(PROMPT, one, token -> {}).tokens().getFirst().id();
    }
    try (LanguageModel model = model("{\"suppress_tokens\": [" + first + ", 9999]}")) {
      GenerationOptions own = model.defaultGeneration().withMaxTokens(20);
      assertThat(model.generator().generate(PROMPT, own, token -> {}).tokens())
          .hasSize(20)
          .noneMatch(token -> token.id() == first);
    }
  }

  /** A token that is none of the model's stood in the way of every generation. */
  @Test
  void whatIsNotDoneIsReported() throws IOException {
    try (LanguageModel model =
        model(
            """
            {"eos_token_id": [2, 61], "num_beams": 4, "chat_format": "chatml", "min_length": 0,
             "no_repeat_ngram_size": 0, "begin_suppress_tokens": [220], "guidance_scale": null,
             "token_healing": false, "num_return_sequences": 1, "forced_eos_token_id": 2}""")) {
      assertThat(model.report().origin().ignored())
          .containsExactly(
              "generation_config.json: num_beams",
              "generation_config.json: chat_format",
              "generation_config.json: begin_suppress_tokens",
              "generation_config.json: forced_eos_token_id",
              "eos_token_id 61, which is none of 61 tokens");
      GenerationOptions two = model.defaultGeneration().withMaxTokens(2);
      assertThat(model.generator().generate(PROMPT, two, token -> {}).tokens()).isNotEmpty();
    }
  }

  /** And the model serves all the same. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "temperature | -1",
        "temperature | 1e40",
        "temperature | \"warm\"",
        "top_k | -1",
        "top_k | 1.5",
        "top_p | 0",
        "top_p | 1.01",
        "min_p | -0.1",
        "min_p | 2",
        "typical_p | 0",
        "repetition_penalty | 0",
        "max_new_tokens | 0",
        "max_length | 1",
        "suppress_tokens | [-1]",
        "suppress_tokens | [[1]]",
        "stop_strings | [\"\"]",
        "stop_strings | \"\\ud800\"",
        "do_sample | 1"
      })
  void aValueThatMeansNothingIsRefusedByName(String field, String value) throws IOException {
    String sampled = field.equals("do_sample") ? "" : "\"do_sample\": true, ";
    try (LanguageModel model = model("{" + sampled + "\"" + field + "\": " + value + "}")) {
      assertThatThrownBy(model::defaultGeneration)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContainingAll("m/generation_config.json", field);
      GenerationOptions two = GenerationOptions.defaults().withMaxTokens(2);
      assertThat(model.generator().generate(PROMPT, two, token -> {}).tokens()).isNotEmpty();
    }
  }
}
