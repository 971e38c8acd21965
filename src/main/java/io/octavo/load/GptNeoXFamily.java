package io.octavo.load;

import io.octavo.model.BlockPlacement;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderDescriptor.AttentionShape;
import io.octavo.model.DecoderDescriptor.BlockShape;
import io.octavo.model.DecoderDescriptor.EmbeddingShape;
import io.octavo.model.DecoderDescriptor.FeedForwardShape;
import io.octavo.model.DecoderDescriptor.LayerShape;
import io.octavo.model.DecoderDescriptor.NormShape;
import io.octavo.model.DecoderWeights;
import io.octavo.model.LinearWeights;
import io.octavo.model.NormKind;
import java.util.ArrayList;
import java.util.List;

/**
 * GPT-NeoX (arXiv:2204.06745) and Pythia: parallel blocks with two norms, partial rotary positions
 * of halves, queries, keys and values by head.
 */
final class GptNeoXFamily implements DecoderFamily {
  private static final String WORD = "embed_in.weight";

  @Override
  public String marker() {
    return WORD;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    int width = config.width("hidden_size", 6144);
    int positions = config.context("max_position_embeddings", 2048);
    AttentionShape attention = DecoderShapes.even(config, "num_attention_heads", 64, width);
    boolean parallel = config.flag("use_parallel_residual", true);
    return new DecoderDescriptor(
        width,
        positions,
        EmbeddingShape.plain(config.size("vocab_size", 50432), width),
        BlockShape.of(parallel ? BlockPlacement.PARALLEL : BlockPlacement.SEQUENTIAL),
        attention,
        new FeedForwardShape(
            config.width("intermediate_size", 24576), false, config.activation("hidden_act")),
        new NormShape(NormKind.LAYER, config.epsilon("layer_norm_eps", 1e-5)),
        0f,
        LayerShape.same(
            DecoderShapes.layers(config, "num_hidden_layers", 44),
            RotaryConfig.of(config)
                .halves(
                    attention.headWidth(),
                    config.real("rotary_pct", 0.25),
                    config.real("rotary_emb_base", 10_000),
                    positions)));
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    boolean biased = config.flag("attention_bias", true);
    int width = shape.width();
    int inner = shape.feedForward().width();
    int vocabulary = shape.embedding().vocabulary();
    int heads = shape.attention().heads();
    List<DecoderWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers().size(); i++) {
      String name = "layers." + i + ".";
      String fused = name + "attention.query_key_value";
      String dense = name + "attention.dense";
      LinearWeights projection =
          biased
              ? tensors.linear(fused, 3 * width, width)
              : tensors.linearWithoutBias(fused, 3 * width, width);
      layers.add(
          new DecoderWeights.Layer(
              tensors.norm(name + "input_layernorm", width),
              List.of(FusedProjection.byHead(projection, heads, width / heads)),
              null,
              null,
              biased
                  ? tensors.linear(dense, width, width)
                  : tensors.linearWithoutBias(dense, width, width),
              null,
              tensors.norm(name + "post_attention_layernorm", width),
              List.of(tensors.linear(name + "mlp.dense_h_to_4h", inner, width)),
              tensors.linear(name + "mlp.dense_4h_to_h", width, inner),
              null));
    }
    boolean tied = config.flag("tie_word_embeddings", false);
    return new DecoderWeights(
        tensors.matrix(WORD, vocabulary, width),
        null,
        null,
        null,
        layers,
        tensors.norm("final_layer_norm", width),
        null,
        tied ? null : tensors.beside().linearWithoutBias("embed_out", vocabulary, width));
  }
}
