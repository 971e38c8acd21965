package io.octavo.testing;

import io.octavo.load.ModelSource;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Small decoders with random weights, one for each family or placement that a paper introduced: of
 * two or three layers, 16 features and 4 heads. What they should compute, trained ones of the same
 * form say ({@link ZooModel}); these need no files.
 */
public enum PaperModel {
  /** GPT-2 with RMSNorm, which have shifts. */
  PRE_RMS_GPT2("gpt2"),
  /** GPT-2 with CRMSNorm on a stream of 15 features. */
  PRE_CRMS_GPT2("gpt2"),
  /** LLaMA whose first layer is post-norm. */
  MIX_LN("llama"),
  /** LLaMA with LayerNorm Scaling. */
  LAYER_NORM_SCALING("llama"),
  /** Peri-LN. */
  PERI_LN("periln"),
  /** fairseq's decoder with PowerNorm of 4 groups. */
  POWER_NORM("fairseq-decoder"),
  /** The same with Unified Normalization. */
  UNIFIED_NORM("fairseq-decoder"),
  /** The same with LayerNorm and sigmaReparam. */
  SIGMA_REPARAM("fairseq-decoder"),
  /** The same in DeepNet's order. */
  DEEP_NET("fairseq-decoder"),
  /** GLM-130B's block. */
  GLM("glm130b"),
  /** TokenFormer. */
  TOKEN_FORMER("tokenformer"),
  /** WideNet, with 3 experts. */
  WIDE_NET("widenet");

  private static final int WIDTH = 16;
  private static final int INNER = 24;
  private static final int POSITIONS = 32;

  /** Token ids. */
  public static final int VOCABULARY = 20;

  private final String type;

  PaperModel(String type) {
    this.type = type;
  }

  /** Its {@code model_type}. */
  public String type() {
    return type;
  }

  /** Its files. */
  public Map<String, byte[]> files() {
    Tensors tensors = new Tensors(new Random(16));
    String fields =
        switch (this) {
          case PRE_RMS_GPT2 -> gpt2(tensors, WIDTH, true);
          case PRE_CRMS_GPT2 -> gpt2(tensors, WIDTH - 1, false);
          case MIX_LN, LAYER_NORM_SCALING, PERI_LN -> llama(tensors);
          case POWER_NORM, UNIFIED_NORM, SIGMA_REPARAM, DEEP_NET -> fairseq(tensors);
          case GLM -> glm(tensors);
          case TOKEN_FORMER -> tokenFormer(tensors);
          case WIDE_NET -> wideNet(tensors);
        };
    String config =
        """
        {"model_type": "%s", "vocab_size": %d, "hidden_size": %d, "num_attention_heads": 4,
         "max_position_embeddings": %d, %s}"""
            .formatted(type, VOCABULARY, WIDTH, POSITIONS, fields);
    Map<String, byte[]> files = new TreeMap<>();
    files.put("config.json", config.getBytes(StandardCharsets.UTF_8));
    files.put("model.safetensors", tensors.file.bytes());
    return files;
  }

  /** Its files as a source. */
  public ModelSource source() {
    return ModelSource.ofBytes(name(), files());
  }

  /** Writes random tensors. */
  private record Tensors(TinySafetensors file, Random random) {
    Tensors(Random random) {
      this(TinySafetensors.file(), random);
    }

    void add(String name, double mean, double deviation, int... shape) {
      float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (mean + deviation * random.nextGaussian());
      }
      file.floats(name, Arrays.toString(shape).replace(" ", ""), values);
    }

    void matrix(String name, int... shape) {
      add(name, 0, 0.3, shape);
    }

    void scale(String name) {
      add(name + ".weight", 1, 0.2, WIDTH);
    }

    void norm(String name) {
      scale(name);
      add(name + ".bias", 0, 0.2, WIDTH);
    }

    void linear(String name, int outputs, int inputs) {
      matrix(name + ".weight", outputs, inputs);
      add(name + ".bias", 0, 0.2, outputs);
    }

    /** As {@code [inputs, outputs]}. */
    void transposed(String name, int inputs, int outputs) {
      matrix(name + ".weight", inputs, outputs);
      add(name + ".bias", 0, 0.2, outputs);
    }
  }

  private static String gpt2(Tensors tensors, int stream, boolean affine) {
    tensors.matrix("transformer.wte.weight", VOCABULARY, stream);
    tensors.matrix("transformer.wpe.weight", POSITIONS, stream);
    for (int i = 0; i < 2; i++) {
      String layer = "transformer.h." + i + ".";
      tensors.transposed(layer + "attn.c_attn", stream, 3 * WIDTH);
      tensors.transposed(layer + "attn.c_proj", WIDTH, stream);
      tensors.transposed(layer + "mlp.c_fc", stream, INNER);
      tensors.transposed(layer + "mlp.c_proj", INNER, stream);
      if (affine) {
        tensors.norm(layer + "ln_1");
        tensors.norm(layer + "ln_2");
      }
    }
    if (affine) {
      tensors.norm("transformer.ln_f");
      tensors.matrix("lm_head.weight", VOCABULARY, stream);
    } else {
      tensors.linear("lm_head", VOCABULARY, stream);
    }
    String shape =
        """
        "n_embd": 16, "n_head": 4, "n_layer": 2, "n_positions": 32, "n_inner": 24,
        "tie_word_embeddings": false, "norm_bias": true""";
    return shape
        + (affine
            ? ", \"norm\": \"rmsnorm\""
            : ", \"norm\": \"crmsnorm\", \"norm_affine_folded\": true, \"residual_width\": 15,"
                + " \"lm_head_bias\": true");
  }

  private String llama(Tensors tensors) {
    tensors.matrix("model.embed_tokens.weight", VOCABULARY, WIDTH);
    for (int i = 0; i < 3; i++) {
      String layer = "model.layers." + i + ".";
      for (String projection : new String[] {"q", "k", "v", "o"}) {
        tensors.matrix(layer + "self_attn." + projection + "_proj.weight", WIDTH, WIDTH);
      }
      tensors.matrix(layer + "mlp.gate_proj.weight", INNER, WIDTH);
      tensors.matrix(layer + "mlp.up_proj.weight", INNER, WIDTH);
      tensors.matrix(layer + "mlp.down_proj.weight", WIDTH, INNER);
      tensors.scale(layer + "post_attention_layernorm");
      boolean post = this == MIX_LN && i == 0;
      if (!post) {
        tensors.scale(layer + "input_layernorm");
      }
      if (post || this == PERI_LN) {
        tensors.scale(layer + "post_feedforward_layernorm");
      }
      if (this == PERI_LN) {
        tensors.scale(layer + "pre_feedforward_layernorm");
      }
    }
    tensors.scale("model.norm");
    tensors.matrix("lm_head.weight", VOCABULARY, WIDTH);
    String shape =
        """
        "num_hidden_layers": 3, "intermediate_size": 24, "tie_word_embeddings": false""";
    return shape
        + switch (this) {
          case MIX_LN -> ", \"placement\": \"mix-ln\", \"post_norm_layers\": 1";
          case LAYER_NORM_SCALING -> ", \"placement\": \"scaled-pre\"";
          default -> ", \"placement\": \"peri\"";
        };
  }

  private String fairseq(Tensors tensors) {
    tensors.matrix("decoder.embed_tokens.weight", VOCABULARY, WIDTH);
    tensors.matrix("decoder.embed_positions.weight", POSITIONS + 2, WIDTH);
    for (int i = 0; i < 2; i++) {
      String layer = "decoder.layers." + i + ".";
      for (String projection : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
        fairseqLinear(tensors, layer + "self_attn." + projection, WIDTH, WIDTH);
      }
      fairseqLinear(tensors, layer + "fc1", INNER, WIDTH);
      fairseqLinear(tensors, layer + "fc2", WIDTH, INNER);
      fairseqNorm(tensors, layer + "self_attn_layer_norm");
      fairseqNorm(tensors, layer + "final_layer_norm");
    }
    if (this != DEEP_NET) {
      fairseqNorm(tensors, "decoder.layer_norm");
    }
    String shape =
        """
        "num_hidden_layers": 2, "activation_function": "gelu", "ffn_dim": 24, "position_offset": 2""";
    return shape
        + switch (this) {
          case POWER_NORM -> ", \"norm\": \"powernorm\", \"norm_groups\": 4";
          case UNIFIED_NORM -> ", \"norm\": \"unifiednorm\"";
          case DEEP_NET -> ", \"placement\": \"deepnorm\"";
          default -> ", \"reparametrization\": \"sigma-reparam\"";
        };
  }

  private void fairseqLinear(Tensors tensors, String name, int outputs, int inputs) {
    tensors.linear(name, outputs, inputs);
    if (this == SIGMA_REPARAM) {
      tensors.add(name + ".sigma", 1.5, 0, 1);
      tensors.add(name + ".spectral_normed_weight.u", 0, 1, inputs);
    }
  }

  private void fairseqNorm(Tensors tensors, String name) {
    tensors.norm(name);
    if (this == POWER_NORM) {
      tensors.add(name + ".running_phi", 1.3, 0.1, 1, WIDTH, 1, 1);
    } else if (this == UNIFIED_NORM) {
      tensors.add(name + ".running_var", 0.7, 0.1, WIDTH);
    }
  }

  private static String glm(Tensors tensors) {
    String prefix = "transformer.";
    tensors.matrix(prefix + "word_embeddings.weight", VOCABULARY, WIDTH);
    for (int i = 0; i < 2; i++) {
      String layer = prefix + "layers." + i + ".";
      tensors.norm(layer + "input_layernorm");
      tensors.linear(layer + "attention.query_key_value", 3 * WIDTH, WIDTH);
      tensors.linear(layer + "attention.dense", WIDTH, WIDTH);
      tensors.norm(layer + "post_attention_layernorm");
      tensors.linear(layer + "mlp.dense_h_to_4h", 2 * INNER, WIDTH);
      tensors.linear(layer + "mlp.dense_4h_to_h", WIDTH, INNER);
    }
    tensors.norm(prefix + "final_layernorm");
    return """
        "num_layers": 2, "inner_hidden_size": 24, "max_sequence_length": 32""";
  }

  private static String tokenFormer(Tensors tensors) {
    String prefix = "sequential.";
    tensors.matrix(prefix + "0.word_embeddings.weight", VOCABULARY, WIDTH);
    for (int i = 2; i < 4; i++) {
      for (String name : new String[] {"query", "key", "value", "proj"}) {
        parameters(tensors, prefix + i + ".attention." + name, WIDTH + 4);
      }
      parameters(tensors, prefix + i + ".mlp", INNER);
    }
    tensors.norm(prefix + "5.norm");
    return """
        "num_layers": 2, "qkv_slot_num": 20, "proj_slot_num": 20, "ffn_slot_num": 24,
        "rotary_pct": 0.5""";
  }

  private static void parameters(Tensors tensors, String name, int slots) {
    tensors.matrix(name + ".key_param_tokens", slots, WIDTH);
    tensors.matrix(name + ".value_param_tokens", slots, WIDTH);
  }

  private static String wideNet(Tensors tensors) {
    tensors.matrix("embed_tokens.weight", VOCABULARY, WIDTH);
    tensors.matrix("embed_positions.weight", POSITIONS, WIDTH);
    for (String name : new String[] {"q", "k", "v", "o"}) {
      tensors.linear("shared.attention." + name + "_proj", WIDTH, WIDTH);
    }
    tensors.matrix("shared.moe.router.weight", 3, WIDTH);
    for (int i = 0; i < 3; i++) {
      tensors.linear("shared.moe.experts." + i + ".fc1", INNER, WIDTH);
      tensors.linear("shared.moe.experts." + i + ".fc2", WIDTH, INNER);
    }
    for (int i = 0; i < 3; i++) {
      tensors.norm("layers." + i + ".ln_1");
      tensors.norm("layers." + i + ".ln_2");
    }
    tensors.norm("final_norm");
    return """
        "num_hidden_layers": 3, "ffn_dim": 24, "num_experts": 3""";
  }
}
