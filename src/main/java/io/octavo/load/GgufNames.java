package io.octavo.load;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What llama.cpp calls a family's tensors, and what the transformers library calls the same ones
 * ({@code tensor_mapping.py}).
 *
 * @param top modules beside the layers
 * @param layer what the library puts before a layer's index
 * @param modules of a layer
 */
record GgufNames(Map<String, String> top, String layer, Map<String, String> modules) {
  private static final Pattern OF_LAYER = Pattern.compile("blk\\.(\\d{1,6})\\.(.+)");

  /** LLaMA's, and of those after it. */
  static final GgufNames LLAMA =
      new GgufNames(
          Map.of(
              "token_embd", "model.embed_tokens",
              "output_norm", "model.norm",
              "output", "lm_head"),
          "model.layers.",
          Map.ofEntries(
              Map.entry("attn_norm", "input_layernorm"),
              Map.entry("attn_q", "self_attn.q_proj"),
              Map.entry("attn_k", "self_attn.k_proj"),
              Map.entry("attn_v", "self_attn.v_proj"),
              Map.entry("attn_q_norm", "self_attn.q_norm"),
              Map.entry("attn_k_norm", "self_attn.k_norm"),
              Map.entry("attn_output", "self_attn.o_proj"),
              Map.entry("ffn_norm", "post_attention_layernorm"),
              Map.entry("ffn_gate", "mlp.gate_proj"),
              Map.entry("ffn_up", "mlp.up_proj"),
              Map.entry("ffn_down", "mlp.down_proj")));

  /** Phi-3's, with fused projections. */
  static final GgufNames PHI_3 =
      LLAMA.with("attn_qkv", "self_attn.qkv_proj").with("ffn_up", "mlp.gate_up_proj");

  /** Of those that have norms behind attention and feed-forward part: OLMo 2. */
  static final GgufNames OLMO_2 =
      LLAMA
          .with("post_attention_norm", "post_attention_layernorm")
          .with("post_ffw_norm", "post_feedforward_layernorm");

  /** Of those that have norms before and behind: Gemma 2 and 3. */
  static final GgufNames GEMMA = OLMO_2.with("ffn_norm", "pre_feedforward_layernorm");

  /** GPT-2's. */
  static final GgufNames GPT_2 =
      new GgufNames(
          Map.of(
              "token_embd", "transformer.wte",
              "position_embd", "transformer.wpe",
              "output_norm", "transformer.ln_f",
              "output", "lm_head"),
          "transformer.h.",
          Map.of(
              "attn_norm", "ln_1",
              "attn_qkv", "attn.c_attn",
              "attn_output", "attn.c_proj",
              "ffn_norm", "ln_2",
              "ffn_up", "mlp.c_fc",
              "ffn_down", "mlp.c_proj"));

  /** BLOOM's. */
  static final GgufNames BLOOM =
      new GgufNames(
          Map.of(
              "token_embd", "transformer.word_embeddings",
              "token_embd_norm", "transformer.word_embeddings_layernorm",
              "output_norm", "transformer.ln_f",
              "output", "lm_head"),
          "transformer.h.",
          Map.of(
              "attn_norm", "input_layernorm",
              "attn_qkv", "self_attention.query_key_value",
              "attn_output", "self_attention.dense",
              "ffn_norm", "post_attention_layernorm",
              "ffn_up", "mlp.dense_h_to_4h",
              "ffn_down", "mlp.dense_4h_to_h"));

  /** GPT-NeoX's. */
  static final GgufNames GPT_NEOX =
      new GgufNames(
          Map.of(
              "token_embd", "gpt_neox.embed_in",
              "output_norm", "gpt_neox.final_layer_norm",
              "output", "embed_out"),
          "gpt_neox.layers.",
          Map.of(
              "attn_norm", "input_layernorm",
              "attn_qkv", "attention.query_key_value",
              "attn_output", "attention.dense",
              "ffn_norm", "post_attention_layernorm",
              "ffn_up", "mlp.dense_h_to_4h",
              "ffn_down", "mlp.dense_4h_to_h"));

  private GgufNames with(String module, String name) {
    Map<String, String> more = new LinkedHashMap<>(modules);
    more.put(module, name);
    return new GgufNames(top, layer, more);
  }

  /** The library's name of a tensor such as {@code blk.0.attn_q.weight}; null if it has none. */
  @Nullable String translate(String name) {
    int dot = name.lastIndexOf('.');
    String end = dot < 0 ? "" : name.substring(dot);
    if (!end.equals(".weight") && !end.equals(".bias")) {
      return null;
    }
    Matcher matcher = OF_LAYER.matcher(name.substring(0, dot));
    if (matcher.matches()) {
      String module = modules.get(matcher.group(2));
      return module == null ? null : layer + matcher.group(1) + "." + module + end;
    }
    String module = top.get(name.substring(0, dot));
    return module == null ? null : module + end;
  }

  /** The module of a layer's tensor, such as {@code attn_q}; empty for one beside the layers. */
  static String module(String name) {
    Matcher matcher = OF_LAYER.matcher(name.substring(0, Math.max(0, name.lastIndexOf('.'))));
    return matcher.matches() ? matcher.group(2) : "";
  }
}
