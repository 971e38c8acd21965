package io.octavo.load;

import io.octavo.json.JsonValue;
import io.octavo.model.ScoreFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a sequence classifier's {@code config.json} says about its outputs, for its two uses: as a
 * classifier of texts (transformers' text-classification pipeline) and as a cross-encoder of pairs
 * (sentence-transformers' CrossEncoder).
 *
 * @param labels the classes' names, one for each output
 * @param problemType {@code regression}, {@code single_label_classification}, {@code
 *     multi_label_classification}, or null where the file leaves it open
 * @param classification what the text-classification pipeline makes of the outputs
 * @param relevance what a cross-encoder makes of them
 * @param maxTokens where inputs are cut, if sentence-transformers' files say so
 */
public record ClassifierSettings(
    List<String> labels,
    @Nullable String problemType,
    ScoreFunction classification,
    ScoreFunction relevance,
    OptionalInt maxTokens) {
  private static final String REGRESSION = "regression";
  private static final String MULTI_LABEL = "multi_label_classification";
  private static final String SINGLE_LABEL = "single_label_classification";

  /** What transformers assumes where a file says nothing. */
  private static final int DEFAULT_LABELS = 2;

  private static final int MOST_LABELS = 1 << 16;

  /** Copies the labels. */
  public ClassifierSettings {
    labels = List.copyOf(labels);
  }

  /**
   * Reads a classifier's {@code config.json}, and the files that sentence-transformers 5.4 and
   * later put beside it.
   *
   * @param source the model's files
   * @param configuration the name of the transformer's {@code config.json}
   * @throws io.octavo.error.CheckpointException if a file is damaged or contradicts itself
   * @throws io.octavo.error.UnsupportedModelException if a setting is not served
   */
  public static ClassifierSettings read(ModelSource source, String configuration) {
    ClassifierSettings settings = read(ConfigurationFile.object(source, configuration));
    if (!source.has(SentenceModule.FILE)) {
      return settings;
    }
    SentenceSettings saved = SentenceSettings.read(source);
    if (!saved.type().equals(SentenceSettings.CROSS_ENCODER)) {
      return settings;
    }
    List<SentenceModule> modules = SentenceModule.readAll(source);
    SentenceModule first = modules.getFirst();
    if (!first.isTransformer()) {
      throw first.unsupported("as the first; a Transformer is");
    }
    if (modules.size() > 1) {
      throw modules.get(1).unsupported("in a cross-encoder");
    }
    SentenceTransformerFile transformer =
        SentenceTransformerFile.read(source, first, SentenceTransformerFile.Task.CLASSIFICATION);
    JsonValue activation = saved.activation();
    return new ClassifierSettings(
        settings.labels,
        settings.problemType,
        settings.classification,
        activation == null ? settings.relevance : TorchActivation.readScores(activation),
        transformer.maxTokens());
  }

  /** Reads a classifier's {@code config.json} alone. */
  static ClassifierSettings read(JsonValue config) {
    List<String> labels = labels(config);
    String problem = problem(config.find("problem_type"));
    return new ClassifierSettings(
        labels,
        problem,
        classification(problem, labels.size()),
        relevance(config, labels.size()),
        OptionalInt.empty());
  }

  /** As in transformers, the names decide where both names and a number are there. */
  private static List<String> labels(JsonValue config) {
    JsonValue names = config.find("id2label");
    List<String> labels = new ArrayList<>();
    if (names != null) {
      Map<String, JsonValue> fields = names.fields();
      if (fields.isEmpty()) {
        throw names.damaged("names no class");
      }
      for (int id = 0; id < fields.size(); id++) {
        labels.add(names.get(Integer.toString(id)).string());
      }
      return labels;
    }
    JsonValue number = config.find("num_labels");
    int count = number == null ? DEFAULT_LABELS : number.integer();
    if (number != null && (count < 1 || count > MOST_LABELS)) {
      throw number.damaged("is " + count + ", not a number of classes from 1 to " + MOST_LABELS);
    }
    for (int id = 0; id < count; id++) {
      labels.add("LABEL_" + id);
    }
    return labels;
  }

  private static @Nullable String problem(@Nullable JsonValue field) {
    if (field == null) {
      return null;
    }
    return switch (field.string()) {
      case REGRESSION, SINGLE_LABEL, MULTI_LABEL -> field.string();
      default ->
          throw ConfigurationFile.unsupported(
              field, "problem type \"" + field.string() + "\" is not supported");
    };
  }

  /** One output gets a sigmoid even where a single label was asked for. */
  private static ScoreFunction classification(@Nullable String problem, int labels) {
    if (REGRESSION.equals(problem)) {
      return ScoreFunction.NONE;
    }
    return MULTI_LABEL.equals(problem) || labels == 1
        ? ScoreFunction.SIGMOID
        : ScoreFunction.SOFTMAX;
  }

  /** Named by a field that depends on the version that saved the model; the newer one decides. */
  private static ScoreFunction relevance(JsonValue config, int labels) {
    JsonValue nested = config.find("sentence_transformers");
    JsonValue function =
        nested != null && nested.fields().containsKey("activation_fn")
            ? nested.find("activation_fn")
            : config.find("sbert_ce_default_activation_function");
    if (function != null) {
      return TorchActivation.readScores(function);
    }
    return labels == 1 ? ScoreFunction.SIGMOID : ScoreFunction.NONE;
  }
}
