package io.octavo.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.load.CheckpointTensor;
import io.octavo.load.SafetensorsCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The GGUF file that llama.cpp's converter makes of a decoder's folder: its names ({@code
 * gguf-py/gguf/tensor_mapping.py}), fields and changes of tensors ({@code conversion/*.py}: {@code
 * LlamaModel.permute}, the reshaping of fused projections, {@code norm + 1}, transposed weights),
 * written down anew from there. Matrices are F16 as in the folder, vectors F32 as the converter has
 * them.
 */
public final class ConvertedGguf {
  private static final Pattern OF_LAYER = Pattern.compile("(?:.*\\.)?(?:layers|h)\\.(\\d+)\\.(.*)");

  private static final Map<String, String> TOP =
      Map.ofEntries(
          Map.entry("model.embed_tokens", "token_embd"),
          Map.entry("transformer.wte", "token_embd"),
          Map.entry("transformer.word_embeddings", "token_embd"),
          Map.entry("gpt_neox.embed_in", "token_embd"),
          Map.entry("transformer.word_embeddings_layernorm", "token_embd_norm"),
          Map.entry("transformer.wpe", "position_embd"),
          Map.entry("model.norm", "output_norm"),
          Map.entry("transformer.ln_f", "output_norm"),
          Map.entry("gpt_neox.final_layer_norm", "output_norm"),
          Map.entry("lm_head", "output"),
          Map.entry("embed_out", "output"));

  private static final Map<String, String> LAYER =
      Map.ofEntries(
          Map.entry("input_layernorm", "attn_norm"),
          Map.entry("ln_1", "attn_norm"),
          Map.entry("post_attention_layernorm", "ffn_norm"),
          Map.entry("pre_feedforward_layernorm", "ffn_norm"),
          Map.entry("ln_2", "ffn_norm"),
          Map.entry("post_feedforward_layernorm", "post_ffw_norm"),
          Map.entry("self_attn.q_proj", "attn_q"),
          Map.entry("self_attn.k_proj", "attn_k"),
          Map.entry("self_attn.v_proj", "attn_v"),
          Map.entry("self_attn.o_proj", "attn_output"),
          Map.entry("self_attn.q_norm", "attn_q_norm"),
          Map.entry("self_attn.k_norm", "attn_k_norm"),
          Map.entry("self_attn.qkv_proj", "attn_qkv"),
          Map.entry("attn.c_attn", "attn_qkv"),
          Map.entry("attn.c_proj", "attn_output"),
          Map.entry("self_attention.query_key_value", "attn_qkv"),
          Map.entry("self_attention.dense", "attn_output"),
          Map.entry("attention.query_key_value", "attn_qkv"),
          Map.entry("attention.dense", "attn_output"),
          Map.entry("mlp.gate_proj", "ffn_gate"),
          Map.entry("mlp.up_proj", "ffn_up"),
          Map.entry("mlp.gate_up_proj", "ffn_up"),
          Map.entry("mlp.down_proj", "ffn_down"),
          Map.entry("mlp.c_fc", "ffn_up"),
          Map.entry("mlp.c_proj", "ffn_down"),
          Map.entry("mlp.dense_h_to_4h", "ffn_up"),
          Map.entry("mlp.dense_4h_to_h", "ffn_down"));

  /** Families whose norm behind the attention keeps that name. */
  private static final List<String> POST_NORMS = List.of("gemma2", "gemma3", "olmo2");

  private final JsonNode config;
  private final String architecture;
  private final TinyGguf file = TinyGguf.file();

  private ConvertedGguf(JsonNode config) {
    this.config = config;
    String type = config.get("model_type").asText();
    this.architecture =
        switch (type) {
          case "gemma3_text" -> "gemma3";
          case "gpt_neox" -> "gptneox";
          default -> type;
        };
  }

  /**
   * The converted model with as many tokens as it has, whose vocabulary says nothing.
   *
   * @param config its {@code config.json}
   */
  public static TinyGguf of(JsonNode config, SafetensorsCheckpoint tensors) {
    ConvertedGguf converted = new ConvertedGguf(config);
    converted.fields();
    for (String name : tensors.names()) {
      converted.add(tensors.tensor(name));
    }
    return converted.file;
  }

  private void fields() {
    file.with("general.architecture", architecture);
    count("block_count", "num_hidden_layers", "n_layer");
    count("context_length", "max_position_embeddings", "n_positions", "seq_length");
    if (architecture.equals("bloom") && !config.has("seq_length")) {
      file.with(key("context_length"), width());
    }
    count("embedding_length", "hidden_size", "n_embd");
    count("feed_forward_length", "intermediate_size", "n_inner");
    count("attention.head_count", "num_attention_heads", "n_head");
    count("attention.head_count_kv", "num_key_value_heads");
    count("attention.key_length", "head_dim");
    count("attention.value_length", "head_dim");
    real("attention.layer_norm_rms_epsilon", config, "rms_norm_eps");
    real("attention.layer_norm_epsilon", config, "layer_norm_epsilon");
    real("attention.layer_norm_epsilon", config, "layer_norm_eps");
    real("attn_logit_softcapping", config, "attn_logit_softcapping");
    real("final_logit_softcapping", config, "final_logit_softcapping");
    if (List.of("gemma2", "gemma3", "phi3").contains(architecture)) {
      count("attention.sliding_window", "sliding_window");
    }
    if (config.has("use_parallel_residual")) {
      file.with(key("use_parallel_residual"), config.get("use_parallel_residual").asBoolean());
    }
    rotary();
  }

  private void rotary() {
    JsonNode all = config.path("rope_parameters");
    JsonNode rope = all.has("full_attention") ? all.get("full_attention") : all;
    int head =
        config.has("head_dim")
            ? config.get("head_dim").asInt()
            : width() / first("num_attention_heads", "n_head").asInt();
    if (architecture.equals("gptneox")) {
      double share = rope.get("partial_rotary_factor").asDouble();
      file.with(key("rope.dimension_count"), (int) (share * head));
    } else if (architecture.equals("llama") || architecture.equals("phi3")) {
      file.with(key("rope.dimension_count"), head);
    }
    // The converter of GPT-NeoX leaves the base out.
    if (!architecture.equals("gptneox")) {
      real("rope.freq_base", rope, "rope_theta");
    }
    real("rope.freq_base_swa", all.path("sliding_attention"), "rope_theta");
    switch (rope.path("rope_type").asText()) {
      case "linear" -> {
        file.with(key("rope.scaling.type"), "linear");
        real("rope.scaling.factor", rope, "factor");
      }
      case "yarn" -> {
        file.with(key("rope.scaling.type"), "yarn");
        real("rope.scaling.factor", rope, "factor");
        count("rope.scaling.original_context_length", rope, "original_max_position_embeddings");
        real("rope.scaling.yarn_attn_factor", rope, "attention_factor");
        real("rope.scaling.yarn_beta_fast", rope, "beta_fast");
        real("rope.scaling.yarn_beta_slow", rope, "beta_slow");
      }
      case "longrope" -> longRope(rope, head);
      default -> {}
    }
  }

  private void longRope(JsonNode rope, int head) {
    int original = rope.get("original_max_position_embeddings").asInt();
    double scale = config.get("max_position_embeddings").asDouble() / original;
    file.with(key("rope.scaling.original_context_length"), original)
        .with(
            key("rope.scaling.attn_factor"),
            (float) Math.sqrt(1 + Math.log(scale) / Math.log(original)))
        .floats("rope_factors_long.weight", new long[] {head / 2}, numbers(rope, "long_factor"))
        .floats("rope_factors_short.weight", new long[] {head / 2}, numbers(rope, "short_factor"));
  }

  private static float[] numbers(JsonNode object, String name) {
    float[] numbers = new float[object.get(name).size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) object.get(name).get(i).asDouble();
    }
    return numbers;
  }

  private String key(String name) {
    return architecture + "." + name;
  }

  private int width() {
    return first("hidden_size", "n_embd").asInt();
  }

  private JsonNode first(String... names) {
    for (String name : names) {
      if (config.hasNonNull(name)) {
        return config.get(name);
      }
    }
    return config.path("there is none");
  }

  private void count(String key, String... names) {
    if (first(names).isNumber()) {
      file.with(key(key), first(names).asInt());
    }
  }

  private void count(String key, JsonNode object, String name) {
    file.with(key(key), object.get(name).asInt());
  }

  private void real(String key, JsonNode object, String name) {
    if (object.hasNonNull(name)) {
      file.with(key(key), (float) object.get(name).asDouble());
    }
  }

  private void add(CheckpointTensor tensor) {
    String name = tensor.name();
    int dot = name.lastIndexOf('.');
    Matcher matcher = OF_LAYER.matcher(name.substring(0, dot));
    boolean ofLayer = matcher.matches();
    String module = ofLayer ? matcher.group(2) : name.substring(0, dot);
    String converted = ofLayer ? LAYER.get(module) : TOP.get(module);
    if (module.equals("post_attention_layernorm") && POST_NORMS.contains(architecture)) {
      converted = "post_attention_norm";
    }
    if (converted == null) {
      throw new IllegalArgumentException("the converter has no name for " + name);
    }
    int rows = tensor.shape().getFirst().intValue();
    List<float[]> values = rows(tensor);
    boolean vector = tensor.shape().size() == 1;
    if (module.matches("(attn|mlp)\\.c_(attn|proj|fc)") && !vector) {
      values = transposed(values);
    } else if (architecture.equals("llama") && module.endsWith("q_proj")) {
      values = inPairs(values, first("num_attention_heads").asInt());
    } else if (architecture.equals("llama") && module.endsWith("k_proj")) {
      values = inPairs(values, first("num_key_value_heads", "num_attention_heads").asInt());
    } else if (module.endsWith("query_key_value")) {
      values = byKind(values, first("num_attention_heads", "n_head").asInt());
    } else if (architecture.startsWith("gemma") && name.endsWith("norm.weight")) {
      values.forEach(row -> row[0] += 1);
    }
    String stored = (ofLayer ? "blk." + matcher.group(1) + "." : "") + converted;
    write(stored + name.substring(dot), values, vector ? rows : 0);
  }

  /** Rows of one number for a vector. */
  private static List<float[]> rows(CheckpointTensor tensor) {
    int rows = tensor.shape().getFirst().intValue();
    int columns = tensor.shape().size() == 1 ? 1 : tensor.shape().getLast().intValue();
    List<float[]> values = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      float[] numbers = new float[columns];
      tensor.matrix(rows, columns).readRow(row, numbers, 0);
      values.add(numbers);
    }
    return values;
  }

  private static List<float[]> transposed(List<float[]> rows) {
    List<float[]> columns = new ArrayList<>();
    for (int column = 0; column < rows.getFirst().length; column++) {
      float[] values = new float[rows.size()];
      for (int row = 0; row < values.length; row++) {
        values[row] = rows.get(row)[column];
      }
      columns.add(values);
    }
    return columns;
  }

  /** {@code [heads, 2, half]} to {@code [heads, half, 2]}. */
  private static List<float[]> inPairs(List<float[]> rows, int heads) {
    int half = rows.size() / heads / 2;
    List<float[]> ordered = new ArrayList<>();
    for (int head = 0; head < heads; head++) {
      for (int i = 0; i < half; i++) {
        ordered.add(rows.get((head * 2) * half + i));
        ordered.add(rows.get((head * 2 + 1) * half + i));
      }
    }
    return ordered;
  }

  /** {@code [heads, 3, width]} to {@code [3, heads, width]}. */
  private static List<float[]> byKind(List<float[]> rows, int heads) {
    int width = rows.size() / heads / 3;
    List<float[]> ordered = new ArrayList<>();
    for (int kind = 0; kind < 3; kind++) {
      for (int head = 0; head < heads; head++) {
        int begin = (head * 3 + kind) * width;
        ordered.addAll(rows.subList(begin, begin + width));
      }
    }
    return ordered;
  }

  private void write(String name, List<float[]> rows, int length) {
    int columns = rows.getFirst().length;
    float[] all = new float[rows.size() * columns];
    for (int row = 0; row < rows.size(); row++) {
      System.arraycopy(rows.get(row), 0, all, row * columns, columns);
    }
    if (length > 0) {
      file.floats(name, new long[] {length}, all);
      return;
    }
    byte[] halves = new byte[2 * all.length];
    for (int i = 0; i < all.length; i++) {
      short half = Float.floatToFloat16(all[i]);
      halves[2 * i] = (byte) half;
      halves[2 * i + 1] = (byte) (half >> 8);
    }
    file.tensor(name, 1, new long[] {columns, rows.size()}, halves);
  }
}
