package io.octavo.load;

import io.octavo.json.JsonValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configurations of families of decoders as their {@code config.json} has them, from a GGUF
 * file's metadata. What the converter leaves out because llama.cpp decides it by itself is decided
 * here as there, and said beside it.
 */
final class GgufConfig {
  private static final String ROTARY_DIVISORS = "rope_freqs.weight";
  private static final String LONG_DIVISORS = "rope_factors_long.weight";
  private static final String SHORT_DIVISORS = "rope_factors_short.weight";

  /** Tensors that belong to the configuration. */
  static final List<String> TENSORS = List.of(ROTARY_DIVISORS, LONG_DIVISORS, SHORT_DIVISORS);

  private static final String HEADS = "attention.head_count";
  private static final String KEY_HEADS = "attention.head_count_kv";
  private static final String HEAD_WIDTH = "attention.key_length";
  private static final String ROTATED = "rope.dimension_count";
  private static final String WORDS = "token_embd.weight";
  private static final String HEAD = "output.weight";

  /** {@code generation_config.json}'s names of what GGUF calls {@code general.sampling.*}. */
  private static final Map<String, String> SAMPLING =
      Map.of(
          "temp", "temperature",
          "top_k", "top_k",
          "top_p", "top_p",
          "min_p", "min_p",
          "penalty_repeat", "repetition_penalty");

  private GgufConfig() {}

  /**
   * The fields of a {@code generation_config.json}: tokens are drawn where the file says anything
   * about it, and what it does not say is off.
   */
  static JsonValue generation(GgufCheckpoint file) {
    Map<String, JsonValue> fields = new HashMap<>();
    SAMPLING.forEach(
        (key, name) -> {
          GgufValue value = file.metadata().get("general.sampling." + key);
          if (value != null) {
            fields.put(name, GgufMetadata.json(value));
          }
        });
    if (!fields.isEmpty()) {
      fields.put("do_sample", new JsonValue(file.source(), "metadata", true));
      fields.putIfAbsent("top_k", new JsonValue(file.source(), "metadata", 0));
    }
    return new JsonValue(file.source(), "metadata", fields);
  }

  /** Heads of keys and values; those of queries where none are stated. */
  static int keyHeads(GgufMetadata metadata) {
    return metadata.find(KEY_HEADS) == null ? heads(metadata) : metadata.count(KEY_HEADS);
  }

  /** Heads of queries. */
  static int heads(GgufMetadata metadata) {
    return metadata.count(HEADS);
  }

  static void llama(GgufMetadata metadata) {
    likeLlama(metadata, "llama");
    metadata
        .set("attention_bias", metadata.hasTensor("blk.0.attn_q.bias"))
        .set("mlp_bias", metadata.hasTensor("blk.0.ffn_up.bias"));
  }

  static void qwen2(GgufMetadata metadata) {
    likeLlama(metadata, "qwen2");
  }

  static void qwen3(GgufMetadata metadata) {
    likeLlama(metadata, "qwen3");
    metadata.set("attention_bias", metadata.hasTensor("blk.0.attn_q.bias"));
  }

  static void olmo2(GgufMetadata metadata) {
    if (metadata.find("attention.sliding_window") != null) {
      throw metadata.unsupported("attention.sliding_window", "OLMo with windows (OLMo 3)");
    }
    likeLlama(metadata, "olmo2");
    metadata.set("attention_bias", metadata.hasTensor("blk.0.attn_q.bias"));
  }

  static void phi3(GgufMetadata metadata) {
    likeLlama(metadata, "phi3");
    window(metadata);
    metadata.copy("original_max_position_embeddings", "rope.scaling.original_context_length");
  }

  static void gemma2(GgufMetadata metadata) {
    likeLlama(metadata, "gemma2");
    window(metadata);
    metadata
        .copy("attn_logit_softcapping", "attn_logit_softcapping")
        .copy("final_logit_softcapping", "final_logit_softcapping")
        // The 27B model, by its layers.
        .set("query_pre_attn_scalar", queryScale(metadata, 46));
  }

  static void gemma3(GgufMetadata metadata) {
    likeLlama(metadata, "gemma3_text");
    window(metadata);
    metadata
        .copy("final_logit_softcapping", "final_logit_softcapping")
        .copy("rope_local_base_freq", "rope.freq_base_swa")
        .copy("sliding_window_pattern", "attention.sliding_window_pattern")
        .set("query_pre_attn_scalar", queryScale(metadata, 62));
    if (metadata.find("rope.freq_base") == null) {
      metadata.set("rope_theta", 1_000_000.0);
    }
  }

  /** The width of a head, but of the largest model, which shares its width among the heads. */
  private static int queryScale(GgufMetadata metadata, int layersOfLargest) {
    return metadata.count("block_count") == layersOfLargest
        ? metadata.count("embedding_length") / heads(metadata)
        : metadata.count(HEAD_WIDTH);
  }

  static void gpt2(GgufMetadata metadata) {
    metadata
        .set("model_type", "gpt2")
        .require("n_embd", "embedding_length")
        .require("n_layer", "block_count")
        .require("n_head", HEADS)
        .copy("n_inner", "feed_forward_length")
        .require("n_positions", "context_length")
        .copy("layer_norm_epsilon", "attention.layer_norm_epsilon")
        .set("activation_function", "gelu_new");
    embeddings(metadata);
  }

  static void bloom(GgufMetadata metadata) {
    metadata
        .set("model_type", "bloom")
        .require("hidden_size", "embedding_length")
        .require("n_layer", "block_count")
        .require("n_head", HEADS)
        .copy("seq_length", "context_length")
        .copy("layer_norm_epsilon", "attention.layer_norm_epsilon");
    embeddings(metadata);
  }

  static void gptNeoX(GgufMetadata metadata) {
    int width = metadata.count("embedding_length") / heads(metadata);
    metadata
        .set("model_type", "gpt_neox")
        .require("hidden_size", "embedding_length")
        .require("num_hidden_layers", "block_count")
        .require("num_attention_heads", HEADS)
        .require("intermediate_size", "feed_forward_length")
        .require("max_position_embeddings", "context_length")
        .copy("layer_norm_eps", "attention.layer_norm_epsilon")
        .copy("use_parallel_residual", "use_parallel_residual")
        .set("attention_bias", metadata.hasTensor("blk.0.attn_qkv.bias"))
        .copy("rotary_emb_base", "rope.freq_base")
        // Pythia's; the file does not say.
        .set("hidden_act", "gelu");
    if (metadata.find(ROTATED) != null) {
      metadata.set("rotary_pct", (double) metadata.count(ROTATED) / width);
    }
    embeddings(metadata);
  }

  private static void likeLlama(GgufMetadata metadata, String type) {
    if (metadata.find("expert_count") != null && metadata.count("expert_count") > 0) {
      throw metadata.unsupported("expert_count", "a mixture of experts");
    }
    metadata
        .set("model_type", type)
        .require("hidden_size", "embedding_length")
        .require("num_hidden_layers", "block_count")
        .require("intermediate_size", "feed_forward_length")
        .require("num_attention_heads", HEADS)
        .set("num_key_value_heads", keyHeads(metadata))
        .require("max_position_embeddings", "context_length")
        .require("rms_norm_eps", "attention.layer_norm_rms_epsilon")
        .copy("head_dim", HEAD_WIDTH)
        .copy("rope_theta", "rope.freq_base");
    embeddings(metadata);
    int headWidth =
        metadata.find(HEAD_WIDTH) == null
            ? metadata.count("embedding_length") / heads(metadata)
            : metadata.count(HEAD_WIDTH);
    if (metadata.find(ROTATED) != null && metadata.count(ROTATED) != headWidth) {
      metadata.set("partial_rotary_factor", (double) metadata.count(ROTATED) / headWidth);
    }
    Map<String, JsonValue> scaling = scaling(metadata);
    if (scaling != null) {
      metadata.set("rope_scaling", scaling);
    }
  }

  private static void embeddings(GgufMetadata metadata) {
    metadata.set("vocab_size", metadata.rows(WORDS));
    metadata.set("tie_word_embeddings", !metadata.hasTensor(HEAD));
  }

  /** Phi-3 has 0 where there is none. */
  private static void window(GgufMetadata metadata) {
    GgufValue window = metadata.find("attention.sliding_window");
    if (window == null || window.integer() == 0) {
      metadata.set("sliding_window", null);
    } else {
      metadata.copy("sliding_window", "attention.sliding_window");
    }
  }

  /** {@code rope_scaling}; null if there is none. */
  private static @Nullable Map<String, JsonValue> scaling(GgufMetadata metadata) {
    if (metadata.hasTensor(LONG_DIVISORS)) {
      return divisors(metadata, SHORT_DIVISORS, LONG_DIVISORS);
    }
    if (metadata.hasTensor(ROTARY_DIVISORS)) {
      // LLaMA 3's scaling, of which the file has the result.
      return divisors(metadata, ROTARY_DIVISORS, ROTARY_DIVISORS);
    }
    GgufValue type = metadata.find("rope.scaling.type");
    if (type == null || type.string().equals("none")) {
      return null;
    }
    return switch (type.string()) {
      case "linear" -> scaled(metadata, "linear").fields();
      case "yarn" ->
          scaled(metadata, "yarn")
              .copy("original_max_position_embeddings", "rope.scaling.original_context_length")
              .copy("beta_fast", "rope.scaling.yarn_beta_fast")
              .copy("beta_slow", "rope.scaling.yarn_beta_slow")
              .copy("attention_factor", "rope.scaling.yarn_attn_factor")
              .fields();
      default -> throw metadata.unsupported("rope.scaling.type", "\"" + type.string() + "\"");
    };
  }

  private static GgufMetadata scaled(GgufMetadata metadata, String type) {
    return metadata.beside().set("rope_type", type).require("factor", "rope.scaling.factor");
  }

  private static Map<String, JsonValue> divisors(
      GgufMetadata metadata, String shortName, String longName) {
    GgufMetadata scaling =
        metadata
            .beside()
            .set("rope_type", "longrope")
            .set("short_factor", metadata.numbers(shortName))
            .set("long_factor", metadata.numbers(longName))
            .copy("original_max_position_embeddings", "rope.scaling.original_context_length");
    return (shortName.equals(longName)
            ? scaling.set("attention_factor", 1.0)
            : scaling.copy("attention_factor", "rope.scaling.attn_factor"))
        .fields();
  }
}
