package io.octavo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.model.ScoreFunction;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("core")
class ClassifierSettingsTest {
  private static final String SETTINGS = "config_sentence_transformers.json";

  private SentenceFolder folder = new SentenceFolder(Path.of(""));

  @BeforeEach
  void here(@TempDir Path empty) {
    folder = new SentenceFolder(empty);
  }

  private ClassifierSettings read(String json) {
    folder.with("config.json", json);
    ModelSource source = folder.source();
    return ClassifierSettings.read(source, "config.json");
  }

  /** A one-output cross-encoder as version 5.4 and later save it. */
  private SentenceFolder saved() {
    return folder
        .modules("sentence_transformers.base.modules.transformer.Transformer", "")
        .with(
            SETTINGS,
            "{'model_type': 'CrossEncoder',"
                + " 'activation_fn': 'torch.nn.modules.linear.Identity'}")
        .with(
            "sentence_bert_config.json",
            "{'transformer_task': 'sequence-classification', 'max_seq_length': 300,"
                + " 'module_output_name': 'scores', 'modality_config':"
                + " {'text': {'method': 'forward', 'method_output_name': 'logits'}}}");
  }

  @Test
  void readsMsMarcoMiniLm() {
    String labels = "'id2label': {'0': 'LABEL_0'}";
    for (String function :
        new String[] {
          "'sbert_ce_default_activation_function': 'torch.nn.modules.linear.Identity'",
          "'sentence_transformers': {'version': '4.0.1',"
              + " 'activation_fn': 'torch.nn.modules.linear.Identity'},"
              + " 'sbert_ce_default_activation_function': 'torch.nn.modules.activation.Tanh'"
        }) {
      assertThat(read("{" + labels + ", " + function + "}"))
          .isEqualTo(
              new ClassifierSettings(
                  List.of("LABEL_0"),
                  null,
                  ScoreFunction.SIGMOID,
                  ScoreFunction.NONE,
                  OptionalInt.empty()));
    }
  }

  @Test
  void readsASentimentClassifier() {
    assertThat(
            read(
                "{'id2label': {'1': 'POSITIVE', '0': 'NEGATIVE'}, 'num_labels': 5,"
                    + " 'problem_type': 'single_label_classification'}"))
        .isEqualTo(
            new ClassifierSettings(
                List.of("NEGATIVE", "POSITIVE"),
                "single_label_classification",
                ScoreFunction.SOFTMAX,
                ScoreFunction.NONE,
                OptionalInt.empty()));
  }

  @Test
  void withoutNamesClassesAreNumbered() {
    assertThat(read("{'num_labels': 3}").labels()).containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
    assertThat(read("{}").labels()).containsExactly("LABEL_0", "LABEL_1");
  }

  @ParameterizedTest
  @CsvSource({
    "1, null, SIGMOID, SIGMOID",
    "1, 'single_label_classification', SIGMOID, SIGMOID",
    "1, 'regression', NONE, SIGMOID",
    "2, null, SOFTMAX, NONE",
    "3, 'single_label_classification', SOFTMAX, NONE",
    "3, 'multi_label_classification', SIGMOID, NONE",
    "3, 'regression', NONE, NONE"
  })
  void functionsFollowFromProblemAndNumber(
      int labels, String problem, ScoreFunction classification, ScoreFunction relevance) {
    String type = problem.equals("null") ? "null" : "'" + problem + "'";
    ClassifierSettings settings =
        read("{'num_labels': " + labels + ", 'problem_type': " + type + "}");
    assertThat(settings.classification()).isEqualTo(classification);
    assertThat(settings.relevance()).isEqualTo(relevance);
  }

  @ParameterizedTest
  @CsvSource({
    "torch.nn.modules.linear.Identity, NONE",
    "torch.nn.Identity, NONE",
    "torch.nn.modules.activation.Sigmoid, SIGMOID",
    "torch.nn.modules.activation.Tanh, TANH",
    "torch.nn.modules.activation.Softmax, SOFTMAX"
  })
  void readsEveryFunction(String type, ScoreFunction function) {
    String json = "{'sentence_transformers': {'activation_fn': '" + type + "'}}";
    assertThat(read(json).relevance()).isEqualTo(function);
  }

  @Test
  void aFunctionOfNullIsTheDefault() {
    String old = ", 'sbert_ce_default_activation_function': 'torch.nn.modules.activation.Tanh'";
    String one = "{'num_labels': 1, 'sentence_transformers': ";
    assertThat(read(one + "{'activation_fn': null}" + old + "}").relevance())
        .isEqualTo(ScoreFunction.SIGMOID);
    assertThat(read(one + "{'version': '4.1.0'}" + old + "}").relevance())
        .isEqualTo(ScoreFunction.TANH);
    assertThat(read(one + "null" + old + "}").relevance()).isEqualTo(ScoreFunction.TANH);
  }

  @Test
  void whatVersion5SavesBesideTheModelDecides() {
    String config = "{'num_labels': 1}";
    saved();
    assertThat(read(config).relevance()).isEqualTo(ScoreFunction.NONE);
    assertThat(read(config).maxTokens()).hasValue(300);
    folder.with("sentence_bert_config.json", "{}").with(SETTINGS, "{'model_type': 'CrossEncoder'}");
    assertThat(read(config).relevance()).isEqualTo(ScoreFunction.SIGMOID);
    assertThat(read(config).maxTokens()).isEmpty();
  }

  @Test
  void aSentenceTransformersModulesSayNothingAboutItsClassifier() {
    folder.modules("BoW", "");
    assertThat(read("{'num_labels': 1}").relevance()).isEqualTo(ScoreFunction.SIGMOID);
  }

  @Test
  void refusesCrossEncodersOfOtherModules() {
    saved()
        .modules(
            "sentence_transformers.base.modules.transformer.Transformer",
            "",
            "sentence_transformers.base.modules.dense.Dense",
            "1_Dense");
    unsupported("{}", "modules.json: [1].type: module", "dense.Dense\"");
    folder.modules("BoW", "");
    unsupported("{}", "modules.json: [0].type: module", "BoW");
    saved().with("sentence_bert_config.json", "{'transformer_task': 'text-generation'}");
    unsupported("{}", "transformer_task: \"text-generation\"");
    saved().with(SETTINGS, "{'model_type': 'CrossEncoder', 'activation_fn': 'mine.Relu'}");
    unsupported("{}", "activation_fn: activation function \"mine.Relu\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'problem_type': 'ranking'}|problem_type: problem type \"ranking\"",
        "{'sentence_transformers': {'activation_fn': 'torch.nn.modules.activation.ELU'}}"
            + "|sentence_transformers.activation_fn: activation function"
            + " \"torch.nn.modules.activation.ELU\"",
        "{'sbert_ce_default_activation_function': 'mine.Sigmoid'}"
            + "|sbert_ce_default_activation_function: activation function \"mine.Sigmoid\""
      })
  void refusesByName(String json, String message) {
    unsupported(json, "config.json: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id2label': {}}|(id2label): names no class",
        "{'id2label': ['a']}|(id2label): should be an object",
        "{'id2label': {'1': 'a'}}|(id2label.0): is missing",
        "{'id2label': {'0': 'a', '2': 'b'}}|(id2label.1): is missing",
        "{'id2label': {'0': 'a', '00': 'b'}}|(id2label.1): is missing",
        "{'id2label': {'0': 7}}|(id2label.0): should be a string",
        "{'num_labels': 0}|(num_labels): is 0",
        "{'num_labels': -2}|(num_labels): should be a whole number",
        "{'num_labels': 2147483647}|(num_labels): is 2147483647",
        "{'problem_type': 1}|(problem_type): should be a string",
        "{'sentence_transformers': []}|(sentence_transformers): should be an object",
        "{'sbert_ce_default_activation_function': true}"
            + "|(sbert_ce_default_activation_function): should be a string"
      })
  void saysWhatIsDamagedAndWhere(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("config.json " + message);
  }

  private void unsupported(String json, String... messages) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContainingAll(messages);
  }
}
