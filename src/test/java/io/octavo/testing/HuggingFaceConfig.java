package io.octavo.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The {@code config.json} of a {@link TinyHuggingFace}, with the fields that transformers saves.
 */
final class HuggingFaceConfig {
  private static final ObjectMapper JSON = new ObjectMapper();

  private HuggingFaceConfig() {}

  static ObjectNode of(TinyHuggingFace options) {
    HuggingFaceFamily family = options.family;
    ObjectNode config = JSON.createObjectNode();
    config
        .putArray("architectures")
        .add(family.className() + (options.labels == 0 ? "Model" : "ForSequenceClassification"));
    config.put("initializer_range", 0.02);
    config.put("max_position_embeddings", options.positions);
    config.put("model_type", family.modelType());
    config.put("pad_token_id", options.padding);
    config.put("torch_dtype", torchType(options));
    config.put("transformers_version", "4.41.2");
    config.put("vocab_size", options.vocabulary);
    if (family == HuggingFaceFamily.DISTILBERT) {
      config.put("activation", options.activation);
      config.put("attention_dropout", 0.1);
      config.put("dim", options.width);
      config.put("dropout", 0.1);
      config.put("hidden_dim", options.feedForwardWidth);
      config.put("n_heads", options.heads);
      config.put("n_layers", options.layers);
      config.put("qa_dropout", 0.1);
      config.put("seq_classif_dropout", 0.2);
      config.put("sinusoidal_pos_embds", false);
      config.put("tie_weights_", true);
    } else {
      config.put("attention_probs_dropout_prob", 0.1);
      config.put("hidden_act", options.activation);
      config.put("hidden_dropout_prob", 0.1);
      config.put("hidden_size", options.width);
      config.put("intermediate_size", options.feedForwardWidth);
      config.put("layer_norm_eps", options.epsilon);
      config.put("num_attention_heads", options.heads);
      config.put("num_hidden_layers", options.layers);
      if (family.countsPositions()) {
        config.put("bos_token_id", 0).put("eos_token_id", 2);
      }
      if (family == HuggingFaceFamily.MPNET) {
        config.put("relative_attention_num_buckets", HuggingFaceTensors.BUCKETS);
      } else {
        config.putNull("classifier_dropout");
        config.put("position_embedding_type", "absolute");
        config.put("type_vocab_size", options.tokenTypes);
        config.put("use_cache", true);
      }
    }
    labels(config, options.labels);
    return config;
  }

  /** Two labels are the default, which is not saved. */
  private static void labels(ObjectNode config, int labels) {
    if (labels > 0 && labels != 2) {
      ObjectNode names = config.putObject("id2label");
      ObjectNode indices = config.putObject("label2id");
      for (int label = 0; label < labels; label++) {
        names.put(String.valueOf(label), "LABEL_" + label);
        indices.put("LABEL_" + label, label);
      }
    }
  }

  private static String torchType(TinyHuggingFace options) {
    return switch (options.type) {
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      case I8 -> "int8";
    };
  }
}
