package io.octavo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.octavo.error.CheckpointException;
import io.octavo.error.OctavoException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.kernel.Activation;
import io.octavo.model.Pooling;
import io.octavo.model.PoolingPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("core")
class SentenceModulesTest {
  private static final String NEW = "sentence_transformers.sentence_transformer.modules.";
  private static final String TANH = "torch.nn.modules.activation.Tanh";
  private static final String IDENTITY = "torch.nn.modules.linear.Identity";

  private SentenceFolder folder = new SentenceFolder(Path.of(""));

  @BeforeEach
  void here(@TempDir Path empty) {
    folder = new SentenceFolder(empty);
  }

  /** Transformer, Pooling to the mean of 8 features, and a Normalize. */
  private SentenceFolder small() {
    return folder
        .modules("Transformer", "", "Pooling", "1_Pooling", "Normalize", "2_Normalize")
        .pooling(8, "mean_tokens");
  }

  private SentenceFolder dense() {
    return folder
        .modules("Transformer", "", "Pooling", "1_Pooling", "Dense", "2_Dense")
        .pooling(8, "mean_tokens")
        .dense("2_Dense", 8, 4, true, TANH);
  }

  @Test
  void withoutModulesThereIsNothingToRead() {
    folder.with("config.json", "{}").with("sentence_bert_config.json", "{'max_seq_length': 9}");
    assertThat(SentenceModules.read(folder.source())).isNull();
  }

  @Test
  void readsAllMiniLm() {
    SentenceModules model =
        folder
            .modules("Transformer", "", "Pooling", "1_Pooling", "Normalize", "2_Normalize")
            .pooling(384, "mean_tokens")
            .with("sentence_bert_config.json", "{'max_seq_length': 256, 'do_lower_case': false}")
            .with(
                "config_sentence_transformers.json",
                "{'__version__': {'sentence_transformers': '2.0.0', 'pytorch': '1.8.1'}}")
            .read();
    assertThat(model)
        .isEqualTo(
            new SentenceModules(
                "",
                OptionalInt.of(256),
                false,
                PoolingPlan.of(Pooling.MEAN, 384),
                List.of(new SentenceStep.Normalize(384)),
                Map.of(),
                null,
                null,
                List.of()));
    assertThat(model.outputs()).isEqualTo(384);
    assertThat(model.transformerFile("config.json")).isEqualTo("config.json");
  }

  @Test
  void readsBgeAsVersion5SavesIt() {
    SentenceModules model =
        folder
            .modules(
                "sentence_transformers.base.modules.transformer.Transformer",
                "",
                NEW + "pooling.Pooling",
                "1_Pooling",
                "sentence_transformers.base.modules.normalize.Normalize",
                "2_Normalize")
            .with(
                "1_Pooling/config.json",
                "{'embedding_dimension': 384, 'pooling_mode': 'cls', 'include_prompt': true}")
            .with(
                "2_Normalize/config.json",
                "{'module_input_name': 'sentence_embedding',"
                    + " 'module_output_name': 'sentence_embedding'}")
            .with(
                "sentence_bert_config.json",
                "{'transformer_task': 'feature-extraction', 'max_seq_length': 512,"
                    + " 'do_lower_case': true, 'module_output_name': 'token_embeddings',"
                    + " 'modality_config': {'text': {'method': 'forward',"
                    + " 'method_output_name': 'last_hidden_state'}}, 'query_length': null}")
            .with(
                "config_sentence_transformers.json",
                "{'model_type': 'SentenceTransformer', 'prompts': {'query': 'find: ',"
                    + " 'document': null}, 'default_prompt_name': 'query',"
                    + " 'similarity_fn_name': 'cosine', 'training': 7}")
            .read();
    assertThat(model.maxTokens()).hasValue(512);
    assertThat(model.lowerCase()).isTrue();
    assertThat(model.pooling()).isEqualTo(PoolingPlan.of(Pooling.CLS, 384));
    assertThat(model.steps()).containsExactly(new SentenceStep.Normalize(384));
    assertThat(model.prompts()).containsExactly(entry("query", "find: "), entry("document", ""));
    assertThat(model.defaultPrompt()).isEqualTo("query");
    assertThat(model.similarity()).isEqualTo("cosine");
    assertThat(model.ignored()).containsExactly("config_sentence_transformers.json: training");
  }

  @Test
  void readsLaBse() {
    SentenceModules model =
        folder
            .modules(
                "Transformer",
                "",
                "Pooling",
                "1_Pooling",
                "Dense",
                "2_Dense",
                "Normalize",
                "3_Normalize")
            .pooling(768, "cls_token")
            .dense("2_Dense", 768, 768, true, TANH)
            .read();
    assertThat(model.maxTokens()).isEmpty();
    assertThat(model.steps())
        .containsExactly(
            new SentenceStep.Dense(768, 768, true, Activation.TANH, "2_Dense/model.safetensors"),
            new SentenceStep.Normalize(768));
  }

  @Test
  void readsDistiluseInItsOldFolders() {
    SentenceModules model =
        folder
            .modules("DistilBERT", "0_DistilBERT", "Pooling", "1_Pooling", "Dense", "2_Dense")
            .pooling(768, "mean_tokens")
            .dense("2_Dense", 768, 512, true, TANH)
            .with("sentence_bert_config.json", "{'max_seq_length': 1}")
            .with(
                "0_DistilBERT/sentence_distilbert_config.json",
                "{'max_seq_length': 128, 'do_lower_case': null}")
            .read();
    assertThat(model.transformerPath()).isEqualTo("0_DistilBERT");
    assertThat(model.transformerFile("config.json")).isEqualTo("0_DistilBERT/config.json");
    assertThat(model.maxTokens()).hasValue(128);
    assertThat(model.lowerCase()).isFalse();
    assertThat(model.outputs()).isEqualTo(512);
  }

  @Test
  void readsGtrWithoutBiasAndActivation() {
    SentenceModules model =
        folder
            .modules(
                "Transformer",
                "",
                "Pooling",
                "1_Pooling",
                "Dense",
                "2_Dense",
                "Normalize",
                "3_Normalize")
            .pooling(768, "mean_tokens")
            .dense("2_Dense", 768, 768, false, IDENTITY)
            .read();
    assertThat(model.steps().getFirst())
        .isEqualTo(new SentenceStep.Dense(768, 768, false, null, "2_Dense/model.safetensors"));
  }

  @Test
  void readsLayerNormDropoutAndTruncation() {
    SentenceModules model =
        folder
            .modules(
                "Transformer",
                "",
                "Pooling",
                "1_Pooling",
                "Dropout",
                "2_Dropout",
                "LayerNorm",
                "3_LayerNorm")
            .pooling(8, "mean_tokens")
            .with("2_Dropout/config.json", "{'dropout': 0.2}")
            .with("3_LayerNorm/config.json", "{'dimension': 8}")
            .with("3_LayerNorm/model.safetensors", "")
            .with("config_sentence_transformers.json", "{'truncate_dim': 5}")
            .read();
    assertThat(model.steps())
        .containsExactly(
            new SentenceStep.LayerNorm(8, "3_LayerNorm/model.safetensors"),
            new SentenceStep.Truncate(5));
    assertThat(model.outputs()).isEqualTo(5);
    assertThat(model.ignored())
        .containsExactly("modules.json: sentence_transformers.models.Dropout");
  }

  @Test
  void everyModelHasAPromptForQueriesAndOneForDocuments() {
    SentenceModules model =
        small()
            .with(
                "config_sentence_transformers.json",
                "{'prompts': {'a': 'b '}, 'default_prompt_name': 'document'}")
            .read();
    assertThat(model.prompts()).containsExactly(entry("a", "b "), entry("document", ""));
    assertThat(model.defaultPrompt()).isEqualTo("document");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "8", "1024", "null"})
  void truncatesNothingWhereNothingIsLonger(String dimensions) {
    assertThat(
            small()
                .with("config_sentence_transformers.json", "{'truncate_dim': " + dimensions + "}")
                .read()
                .outputs())
        .isEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource({
    "cls_token, CLS",
    "max_tokens, MAX",
    "mean_tokens, MEAN",
    "mean_sqrt_len_tokens, MEAN_SQRT_LENGTH",
    "weightedmean_tokens, WEIGHTED_MEAN",
    "lasttoken, LAST",
    "none, MEAN"
  })
  void readsEveryPoolingFlag(String flag, Pooling mode) {
    assertThat(small().pooling(8, flag).read().pooling()).isEqualTo(PoolingPlan.of(mode, 8));
  }

  @Test
  void severalFlagsAreInTheLibrarysOrderAndNamesInTheirOwn() {
    String flags =
        "'pooling_mode_lasttoken': true, 'pooling_mode_weightedmean_tokens': true,"
            + " 'pooling_mode_mean_sqrt_len_tokens': true, 'pooling_mode_mean_tokens': true,"
            + " 'pooling_mode_max_tokens': true, 'pooling_mode_cls_token': true}";
    small().with("1_Pooling/config.json", "{'word_embedding_dimension': 8, " + flags);
    assertThat(folder.read().pooling())
        .isEqualTo(
            new PoolingPlan(
                8,
                List.of(
                    Pooling.CLS,
                    Pooling.MAX,
                    Pooling.MEAN,
                    Pooling.MEAN_SQRT_LENGTH,
                    Pooling.WEIGHTED_MEAN,
                    Pooling.LAST),
                true));
    assertThat(folder.read().outputs()).isEqualTo(48);
    folder.with(
        "1_Pooling/config.json",
        "{'embedding_dimension': 8, 'include_prompt': false, 'pooling_mode':"
            + " ['lasttoken', 'mean_sqrt_len_tokens', 'weightedmean', 'max', 'cls'], "
            + flags);
    assertThat(folder.read().pooling())
        .isEqualTo(
            new PoolingPlan(
                8,
                List.of(
                    Pooling.LAST,
                    Pooling.MEAN_SQRT_LENGTH,
                    Pooling.WEIGHTED_MEAN,
                    Pooling.MAX,
                    Pooling.CLS),
                false));
  }

  @ParameterizedTest
  @CsvSource({
    "torch.nn.modules.activation.Tanh, TANH",
    "torch.nn.Tanh, TANH",
    "torch.nn.modules.activation.ReLU, RELU",
    "torch.nn.modules.activation.GELU, GELU_ERF",
    "torch.nn.modules.activation.SiLU, SILU",
    "torch.nn.modules.activation.Sigmoid, SIGMOID",
    "torch.nn.modules.linear.Identity,"
  })
  void readsEveryActivation(String type, @Nullable Activation activation) {
    SentenceStep.Dense step =
        (SentenceStep.Dense) dense().dense("2_Dense", 8, 4, false, type).read().steps().getFirst();
    assertThat(step.activation()).isEqualTo(activation);
  }

  @Test
  void aDenseThatSaysLittleHasABiasAndTanh() {
    dense().with("2_Dense/config.json", "{'in_features': 8, 'out_features': 4}");
    assertThat(folder.read().steps())
        .containsExactly(
            new SentenceStep.Dense(8, 4, true, Activation.TANH, "2_Dense/model.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sentence_roberta_config.json",
        "sentence_distilbert_config.json",
        "sentence_camembert_config.json",
        "sentence_albert_config.json",
        "sentence_xlm-roberta_config.json",
        "sentence_xlnet_config.json"
      })
  void looksForTheLimitInEveryFileBehindAnEmptyOne(String name) {
    small().with("sentence_bert_config.json", "{}").with(name, "{'max_seq_length': 77}");
    assertThat(folder.read().maxTokens()).hasValue(77);
  }

  @Test
  void argumentsThatChangeNoVectorAreFine() {
    small()
        .with(
            "sentence_bert_config.json",
            "{'max_seq_length': null, 'model_args': {'trust_remote_code': true,"
                + " 'torch_dtype': 'float16'}, 'tokenizer_args': {}, 'config_kwargs': null}");
    assertThat(folder.read().maxTokens()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BoW",
        "CNN",
        "LSTM",
        "WordEmbeddings",
        "WordWeights",
        "WeightedLayerPooling",
        "Asym",
        "Router",
        "StaticEmbedding",
        "CLIPModel",
        "XLNet",
        "T5"
      })
  void refusesModulesItDoesNotKnow(String kind) {
    for (String[] modules :
        new String[][] {
          {kind, "", "Pooling", "1_Pooling"},
          {"Transformer", "", kind, "1_X"},
          {"Transformer", "", "Pooling", "1_Pooling", kind, "2_X"}
        }) {
      unsupported(
          small().modules(modules),
          "modules.json: [",
          "].type: module \"sentence_transformers.models." + kind + "\" is not supported");
    }
  }

  @Test
  void refusesModulesInPlacesWhereTheyMeanSomethingElse() {
    String pooling = "module \"sentence_transformers.models.Pooling\" is not supported ";
    unsupported(small().modules("Pooling", "1_Pooling"), "[0].type: " + pooling + "as the first");
    unsupported(small().modules("Transformer", ""), "without a Pooling");
    unsupported(
        small().modules("Transformer", "", "Dense", "2_Dense", "Pooling", "1_Pooling"),
        "[1].type",
        "models.Dense\"",
        "between");
    unsupported(
        small().modules("Transformer", "", "Pooling", "1_Pooling", "Pooling", "1_Pooling"),
        "[2].type: " + pooling + "behind another");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "custom_st.Transformer",
        "Transformer.",
        "pylate.models.Dense.Dense",
        "sentence_transformers.sparse_encoder.models.SpladePooling",
        "sentence_transformers.multi_vector.modules.Pooling"
      })
  void refusesModulesOfOtherCode(String type) {
    unsupported(
        small().modules("Transformer", "", type, "1_Pooling"),
        "[1].type: module \"" + type + "\" is not supported");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1_Pooling/config.json|{'embedding_dimension': 8, 'pooling_mode': 'attention'}"
            + "|pooling_mode: pooling mode \"attention\"",
        "1_Pooling/config.json|{'embedding_dimension': 8, 'pooling_mode_attention': true}"
            + "|pooling_mode_attention",
        "2_Normalize/config.json|{'module_input_name': 'token_embeddings'}"
            + "|module_input_name: \"token_embeddings\"",
        "2_Normalize/config.json|{'p': 1}|p: ",
        "sentence_bert_config.json|{'transformer_task': 'fill-mask'}"
            + "|transformer_task: \"fill-mask\"",
        "sentence_bert_config.json|{'module_output_name': 'sentence_embedding'}"
            + "|module_output_name: \"sentence_embedding\"",
        "sentence_bert_config.json|{'modality_config': {'image': {}}}|modality_config: ",
        "sentence_bert_config.json|{'modality_config': {'text': {'method': 'encode'}}}"
            + "|modality_config.text.method: \"encode\"",
        "sentence_bert_config.json"
            + "|{'modality_config': {'text': {'method_output_name': 'pooler_output'}}}"
            + "|modality_config.text.method_output_name: \"pooler_output\"",
        "sentence_bert_config.json|{'query_length': 32}|query_length: ",
        "sentence_bert_config.json|{'query_expansion': {'token': '.'}}|query_expansion: ",
        "sentence_bert_config.json|{'model_args': {'num_hidden_layers': 2}}"
            + "|model_args.num_hidden_layers: ",
        "sentence_bert_config.json|{'processor_kwargs': {'padding_side': 'left'}}"
            + "|processor_kwargs.padding_side: ",
        "config_sentence_transformers.json|{'model_type': 'SparseEncoder'}"
            + "|model_type: a \"SparseEncoder\"",
        "config_sentence_transformers.json|{'model_type': 'CrossEncoder'}"
            + "|model_type: a \"CrossEncoder\""
      })
  void refusesSettingsByName(String file, String json, String message) {
    unsupported(small().with(file, json), file + ": " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'use_residual': true|use_residual: ",
        "'module_input_name': 'token_embeddings'|module_input_name: \"token_embeddings\"",
        "'module_output_name': 'logits'|module_output_name: \"logits\"",
        "'dropout': 0.1|dropout: ",
        "'activation_function': 'torch.nn.modules.activation.Softplus'"
            + "|activation_function: activation function"
            + " \"torch.nn.modules.activation.Softplus\"",
        "'activation_function': 'mine.Tanh'|activation_function: activation function \"mine.Tanh\""
      })
  void refusesSettingsOfDenseByName(String field, String message) {
    dense().with("2_Dense/config.json", "{'in_features': 8, 'out_features': 4, " + field + "}");
    unsupported(folder, "config.json: " + message);
  }

  @Test
  void refusesPickledWeights() {
    folder
        .modules("Transformer", "", "Pooling", "1_Pooling", "Dense", "2_Dense")
        .pooling(8, "mean_tokens")
        .with("2_Dense/config.json", "{'in_features': 8, 'out_features': 4}");
    damaged(folder, "2_Dense", "model.safetensors: there is no such file");
    folder.with("2_Dense/pytorch_model.bin", "");
    unsupported(folder, "pytorch_model.bin: pickled", "save the model again", "model.safetensors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../1_Pooling",
        "/1_Pooling",
        "a/../1_Pooling",
        "..",
        ".",
        "a//b",
        "a/",
        "C:1_Pooling",
        "a\\\\b",
        "\\u0000",
        "a\\nb",
        "a\\ud800",
        "1_P\u00f6oling",
        "1_Pooling*"
      })
  void refusesPathsOutOfTheFolder(String path) {
    damaged(
        small().modules("Transformer", "", "Pooling", path),
        "modules.json ([1].path): ",
        "is no folder inside the model's");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "modules.json|{}|modules.json: should be an array",
        "modules.json|[]|modules.json: lists no modules",
        "modules.json|[7]|([0]): should be an object",
        "modules.json|[null]|([0]): should be an object",
        "modules.json|[{'type': 'sentence_transformers.models.Transformer'}]|([0].path): is missing",
        "modules.json|[{'path': ''}]|([0].type): is missing",
        "modules.json|[{'path': 3, 'type': 'x'}]|([0].path): should be a string",
        "modules.json|[{'path': '', 'type': []}]|([0].type): should be a string",
        "modules.json|[{'path': '', 'type': 'x', 'idx': 1}]|([0].idx): is 1 at place 0",
        "modules.json|[{'path': '', 'type': 'x', 'idx': -1}]|([0].idx): should be a whole number",
        "modules.json|[{'path': '', 'type': 'x', 'idx': '0'}]|([0].idx): should be a whole number",
        "modules.json|[] []|goes on after",
        "modules.json|[{'path': '', 'path': ''}]|([0].path): stands there twice",
        "1_Pooling/config.json|[]|should hold a JSON object",
        "1_Pooling/config.json|{}|(word_embedding_dimension): is missing",
        "1_Pooling/config.json|{'word_embedding_dimension': 0}|(word_embedding_dimension): is 0",
        "1_Pooling/config.json|{'word_embedding_dimension': -8}|(word_embedding_dimension): should",
        "1_Pooling/config.json|{'word_embedding_dimension': 2147483647}"
            + "|(word_embedding_dimension): is 2147483647",
        "1_Pooling/config.json|{'embedding_dimension': 8.5}|(embedding_dimension): should",
        "1_Pooling/config.json|{'embedding_dimension': 8, 'include_prompt': 1}|(include_prompt)",
        "1_Pooling/config.json|{'embedding_dimension': 8, 'pooling_mode_cls_token': 'yes'}"
            + "|(pooling_mode_cls_token): should be true or false",
        "1_Pooling/config.json|{'embedding_dimension': 8, 'pooling_mode': []}"
            + "|(pooling_mode): names no mode",
        "1_Pooling/config.json|{'embedding_dimension': 8, 'pooling_mode': ['max', 'max']}"
            + "|(pooling_mode[1]): \"max\" stands there twice",
        "1_Pooling/config.json|{'embedding_dimension': 8, 'pooling_mode': {}}"
            + "|(pooling_mode): should be a string",
        "sentence_bert_config.json|[]|should hold a JSON object",
        "sentence_bert_config.json|{'max_seq_length': 0}|(max_seq_length): is 0",
        "sentence_bert_config.json|{'max_seq_length': -1}|(max_seq_length): should",
        "sentence_bert_config.json|{'max_seq_length': 1e30}|(max_seq_length): should",
        "sentence_bert_config.json|{'max_seq_length': 99999999999}|(max_seq_length): should",
        "sentence_bert_config.json|{'do_lower_case': 'no'}|(do_lower_case): should",
        "sentence_bert_config.json|{'modality_config': []}|(modality_config): should be an object",
        "sentence_bert_config.json|{'model_args': 7}|(model_args): should be an object",
        "config_sentence_transformers.json|{'prompts': ['a']}|(prompts): should be an object",
        "config_sentence_transformers.json|{'prompts': {'a': 1}}|(prompts.a): should be a string",
        "config_sentence_transformers.json|{'prompts': {'a': ''}, 'default_prompt_name': 'b'}"
            + "|(default_prompt_name): \"b\" is none of the 1 prompts",
        "config_sentence_transformers.json|{'default_prompt_name': 'b'}|(default_prompt_name)",
        "config_sentence_transformers.json|{'truncate_dim': -1}|(truncate_dim)",
        "config_sentence_transformers.json|{'model_type': 1}|(model_type): should be a string"
      })
  void saysWhatIsDamagedAndWhere(String file, String json, String message) {
    damaged(small().with(file, json), file.substring(file.lastIndexOf('/') + 1), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|(in_features): is missing",
        "{'in_features': 8}|(out_features): is missing",
        "{'in_features': 9, 'out_features': 4}|(in_features): is 9; the module before it gives 8",
        "{'in_features': 8, 'out_features': 0}|(out_features): is 0",
        "{'in_features': 8, 'out_features': -4}|(out_features): should",
        "{'in_features': 8, 'out_features': 4, 'bias': 'yes'}|(bias): should be true or false",
        "{'in_features': 8, 'out_features': 4, 'activation_function': 1}|(activation_function)"
      })
  void saysWhatIsDamagedInADense(String json, String message) {
    damaged(dense().with("2_Dense/config.json", json), "config.json " + message);
  }

  @Test
  void checksTheShapesAlongTheChain() {
    folder
        .modules(
            "Transformer",
            "",
            "Pooling",
            "1_Pooling",
            "Dense",
            "2_Dense",
            "Dense",
            "3_Dense",
            "LayerNorm",
            "4_LayerNorm")
        .pooling(8, "mean_tokens")
        .dense("2_Dense", 8, 4, true, TANH)
        .dense("3_Dense", 4, 6, true, TANH)
        .with("4_LayerNorm/config.json", "{'dimension': 6}")
        .with("4_LayerNorm/model.safetensors", "");
    assertThat(folder.read().outputs()).isEqualTo(6);
    folder.with("4_LayerNorm/config.json", "{'dimension': 4}");
    damaged(folder, "4_LayerNorm", "(dimension): is 4; the module before it gives 6 features");
    folder.dense("3_Dense", 8, 6, true, TANH);
    damaged(folder, "3_Dense", "(in_features): is 8; the module before it gives 4 features");
  }

  @Test
  void missingFilesAreNamed() {
    folder.modules("Transformer", "", "Pooling", "1_Pooling");
    damaged(folder, "1_Pooling", "config.json: there is no such file");
  }

  @Test
  void refusesALongListOfModulesAndADeepOne() {
    String entry = "{'path': '2_Dense', 'type': 'sentence_transformers.models.Dense'}";
    unsupported(
        dense()
            .with(
                "modules.json",
                IntStream.range(0, 10_000)
                    .mapToObj(i -> entry)
                    .collect(Collectors.joining(",", "[", "]"))),
        "modules.json: 10000 modules");
    damaged(
        folder.with("modules.json", "[".repeat(100_000) + "]".repeat(100_000)), "modules.json (");
  }

  @Test
  void refusesFilesCutShortAnywhere() {
    String json = "[{'idx': 0, 'name': '0', 'path': '', 'type': '" + SentenceFolder.OLD + "BoW'}]";
    for (int length = 0; length < json.length(); length++) {
      damaged(small().with("modules.json", json.substring(0, length)), "modules.json");
    }
  }

  private static void unsupported(SentenceFolder folder, String... messages) {
    fails(folder, UnsupportedModelException.class, messages);
  }

  private static void damaged(SentenceFolder folder, String... messages) {
    fails(folder, CheckpointException.class, messages);
  }

  private static void fails(
      SentenceFolder folder, Class<? extends OctavoException> type, String... messages) {
    assertThatThrownBy(() -> SentenceModules.read(folder.source()))
        .isInstanceOf(type)
        .hasMessageContainingAll(messages);
  }
}
