package io.octavo.load;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What {@code config_sentence_transformers.json} says about the model as a whole.
 *
 * @param type the library's class for it
 * @param prompts texts to put before a text, by name
 * @param defaultPrompt the name of the one that is used unless told otherwise
 * @param similarity how vectors are compared, in the library's words
 * @param truncation how many features of a vector are kept
 * @param activation the class of a cross-encoder's last function
 * @param ignored fields that mean nothing here
 */
record SentenceSettings(
    String type,
    Map<String, String> prompts,
    @Nullable String defaultPrompt,
    @Nullable String similarity,
    OptionalInt truncation,
    @Nullable JsonValue activation,
    List<String> ignored) {
  static final String CROSS_ENCODER = "CrossEncoder";

  static final String FILE = "config_sentence_transformers.json";
  private static final String SENTENCE_TRANSFORMER = "SentenceTransformer";

  /** The settings of a model; the library's defaults if it has no such file. */
  static SentenceSettings read(ModelSource source) {
    if (!source.has(FILE)) {
      return new SentenceSettings(
          SENTENCE_TRANSFORMER, Map.of(), null, null, OptionalInt.empty(), null, List.of());
    }
    JsonValue config = ConfigurationFile.object(source, FILE);
    List<String> ignored = new ArrayList<>();
    for (String name : config.fields().keySet()) {
      switch (name) {
        case "__version__",
            "model_type",
            "prompts",
            "default_prompt_name",
            "similarity_fn_name",
            "truncate_dim",
            "activation_fn" -> {}
        default -> ignored.add(FILE + ": " + name);
      }
    }
    String type = ConfigurationFile.text(config, "model_type");
    Map<String, String> prompts = prompts(config.find("prompts"));
    return new SentenceSettings(
        type == null ? SENTENCE_TRANSFORMER : type,
        prompts,
        defaultPrompt(config, prompts),
        ConfigurationFile.text(config, "similarity_fn_name"),
        truncation(config.find("truncate_dim")),
        config.find("activation_fn"),
        List.copyOf(ignored));
  }

  private static Map<String, String> prompts(@Nullable JsonValue field) {
    Map<String, String> prompts = new LinkedHashMap<>();
    if (field != null) {
      for (Map.Entry<String, JsonValue> prompt : field.fields().entrySet()) {
        JsonValue text = prompt.getValue();
        prompts.put(prompt.getKey(), text.isNull() ? "" : text.string());
      }
    }
    return prompts;
  }

  private static @Nullable String defaultPrompt(JsonValue config, Map<String, String> prompts) {
    JsonValue name = config.find("default_prompt_name");
    if (name == null) {
      return null;
    }
    // Empty unless a model says otherwise, but there.
    if (name.string().equals("query") || name.string().equals("document")) {
      prompts.putIfAbsent(name.string(), "");
    }
    if (!prompts.containsKey(name.string())) {
      throw name.damaged("\"" + name.string() + "\" is none of the " + prompts.size() + " prompts");
    }
    return name.string();
  }

  /** The library takes 0 for null. */
  private static OptionalInt truncation(@Nullable JsonValue field) {
    return field == null || field.integer() == 0
        ? OptionalInt.empty()
        : OptionalInt.of(field.integer());
  }

  /** Refuses a model that is no SentenceTransformer. */
  void expectSentenceTransformer(ModelSource source) {
    if (!type.equals(SENTENCE_TRANSFORMER)) {
      throw new UnsupportedModelException(
          source.place(FILE), "model_type: a \"" + type + "\" makes no sentence vectors");
    }
  }
}
