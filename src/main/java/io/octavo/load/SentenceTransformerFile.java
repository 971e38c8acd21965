package io.octavo.load;

import io.octavo.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What {@code sentence_bert_config.json} says about the transformer's inputs.
 *
 * @param maxTokens where texts are cut, special tokens included
 * @param lowerCase whether texts are put into lower case before anything else
 */
record SentenceTransformerFile(OptionalInt maxTokens, boolean lowerCase) {
  /** In the order in which the library looks for them. */
  private static final List<String> NAMES =
      List.of(
          "sentence_bert_config.json",
          "sentence_roberta_config.json",
          "sentence_distilbert_config.json",
          "sentence_camembert_config.json",
          "sentence_albert_config.json",
          "sentence_xlm-roberta_config.json",
          "sentence_xlnet_config.json");

  /** Arguments of Python's loaders; {@code model_args} is their name to version 5.3. */
  private static final List<String> ARGUMENTS =
      List.of(
          "model_args",
          "model_kwargs",
          "tokenizer_args",
          "processor_kwargs",
          "config_args",
          "config_kwargs");

  /** Those that say where from or how fast, and not what. */
  private static final Set<String> HARMLESS =
      Set.of(
          "trust_remote_code",
          "torch_dtype",
          "dtype",
          "attn_implementation",
          "unpad_inputs",
          "use_memory_efficient_attention",
          "add_pooling_layer",
          "use_safetensors",
          "low_cpu_mem_usage",
          "device_map",
          "use_fast",
          "revision",
          "code_revision",
          "cache_dir",
          "local_files_only");

  /** What the transformer is for; the library names its outputs accordingly. */
  enum Task {
    /** Vectors of tokens. */
    FEATURES("feature-extraction", "last_hidden_state", "token_embeddings"),
    /** Scores of texts. */
    CLASSIFICATION("sequence-classification", "logits", "scores");

    private final String name;
    private final String methodOutput;
    private final String moduleOutput;

    Task(String name, String methodOutput, String moduleOutput) {
      this.name = name;
      this.methodOutput = methodOutput;
      this.moduleOutput = moduleOutput;
    }
  }

  static SentenceTransformerFile read(ModelSource source, SentenceModule module, Task task) {
    for (String name : NAMES) {
      if (source.has(module.file(name))) {
        JsonValue config = ConfigurationFile.object(source, module.file(name));
        if (!config.fields().isEmpty()) {
          return read(config, task);
        }
      }
    }
    return new SentenceTransformerFile(OptionalInt.empty(), false);
  }

  private static SentenceTransformerFile read(JsonValue config, Task task) {
    for (String name : config.fields().keySet()) {
      switch (name) {
        case "max_seq_length", "do_lower_case", "unpad_inputs" -> {}
        case "transformer_task" -> ConfigurationFile.expect(config, name, task.name);
        case "module_output_name" -> ConfigurationFile.expect(config, name, task.moduleOutput);
        case "modality_config" -> checkModality(config.get(name), task);
        default -> {
          if (ARGUMENTS.contains(name)) {
            checkArguments(config, name);
          } else {
            ConfigurationFile.expectNothing(config, name);
          }
        }
      }
    }
    JsonValue length = config.find("max_seq_length");
    if (length != null && length.integer() < 1) {
      throw length.damaged("is 0; a text has at least one token");
    }
    return new SentenceTransformerFile(
        length == null ? OptionalInt.empty() : OptionalInt.of(length.integer()),
        ConfigurationFile.bool(config, "do_lower_case", false));
  }

  private static void checkModality(JsonValue modalities, Task task) {
    JsonValue text = modalities.find("text");
    if (text == null) {
      throw ConfigurationFile.unsupported(
          modalities, "a model that takes no texts is not supported");
    }
    ConfigurationFile.expect(text, "method", "forward");
    ConfigurationFile.expect(text, "method_output_name", task.methodOutput);
  }

  private static void checkArguments(JsonValue config, String name) {
    JsonValue arguments = config.find(name);
    if (arguments == null) {
      return;
    }
    for (Map.Entry<String, JsonValue> argument : arguments.fields().entrySet()) {
      if (!HARMLESS.contains(argument.getKey())) {
        throw ConfigurationFile.unsupported(
            argument.getValue(), "an argument of this name is not supported");
      }
    }
  }
}
