package io.octavo.load;

import io.octavo.kernel.Activation;
import io.octavo.layer.ParameterScores;
import io.octavo.layer.Rotary;
import io.octavo.model.BlockPlacement;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderDescriptor.AttentionShape;
import io.octavo.model.DecoderDescriptor.BlockShape;
import io.octavo.model.DecoderDescriptor.EmbeddingShape;
import io.octavo.model.DecoderDescriptor.FeedForwardShape;
import io.octavo.model.DecoderDescriptor.LayerShape;
import io.octavo.model.DecoderDescriptor.NormShape;
import io.octavo.model.DecoderWeights;
import io.octavo.model.FeedForwardWeights;
import io.octavo.model.LinearWeights;
import io.octavo.model.NormKind;
import io.octavo.model.NormWeights;
import io.octavo.model.ParameterWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * TokenFormer (Wang et al., arXiv:2410.23168) under the names of the authors' code: attention to
 * parameters in place of each linear layer, LayerNorms without parameters but for the last, rotary
 * positions of a share of the heads. Modules are numbered: 0 embeds, the layers begin at {@code
 * first_layer_index}.
 */
final class TokenFormerFamily implements DecoderFamily {
  private static final String WORD = "0.word_embeddings.weight";
  private static final int FIRST_LAYER = 2;

  @Override
  public String marker() {
    return WORD;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    config.expect("gelu", "erf");
    config.expect("rope_style", "half");
    config.expect("block_norm", "layernorm without parameters");
    config.expect("final_norm", "layernorm with parameters");
    config.expect("placement", "pre");
    kind(config);
    int width = config.width("hidden_size", 768);
    int positions = config.context("max_position_embeddings", 2048);
    AttentionShape attention = DecoderShapes.even(config, "num_attention_heads", 12, width);
    return new DecoderDescriptor(
        width,
        positions,
        EmbeddingShape.plain(config.size("vocab_size", 50304), width),
        BlockShape.of(BlockPlacement.SEQUENTIAL),
        attention,
        new FeedForwardShape(config.width("ffn_slot_num", 4 * width), false, Activation.GELU_ERF),
        new NormShape(NormKind.LAYER, config.epsilon("layernorm_epsilon", 1e-5)),
        0f,
        LayerShape.same(
            DecoderShapes.layers(config, "num_layers", 12),
            rotary(config, attention.headWidth(), positions)));
  }

  private static Rotary rotary(ModelConfig config, int headWidth, int positions) {
    return RotaryConfig.of(config)
        .halves(
            headWidth,
            config.real("rotary_pct", 0.25),
            config.real("rotary_emb_base", 10_000),
            positions);
  }

  private static ParameterScores.Kind kind(ModelConfig config) {
    String name = "norm_activation_type";
    String normal = "l2_norm_gelu";
    return switch (config.choice(name, normal, normal, "gelu_l2_norm", "softmax")) {
      case "gelu_l2_norm" -> ParameterScores.Kind.GELU_L2_NORM;
      case "softmax" -> ParameterScores.Kind.SOFTMAX;
      default -> ParameterScores.Kind.L2_NORM_GELU;
    };
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    int width = shape.width();
    int first = config.number("first_layer_index", FIRST_LAYER);
    int depth = shape.layers().size();
    int last = config.number("final_norm_index", first + depth + 1);
    int inner = config.width("qkv_slot_num", width);
    int outer = config.width("proj_slot_num", width);
    ParameterScores.Kind kind = kind(config);
    List<DecoderWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < depth; i++) {
      String name = first + i + ".";
      String self = name + "attention.";
      layers.add(
          new DecoderWeights.Layer(
              NormWeights.none(),
              List.of(
                  attention(tensors, self + "query", inner, width, kind),
                  attention(tensors, self + "key", inner, width, kind),
                  attention(tensors, self + "value", inner, width, kind)),
              null,
              null,
              attention(tensors, self + "proj", outer, width, kind),
              null,
              NormWeights.none(),
              new FeedForwardWeights.Parameters(
                  attention(tensors, name + "mlp", shape.feedForward().width(), width, kind)),
              null));
    }
    int vocabulary = shape.embedding().vocabulary();
    boolean tied = config.flag("tie_word_embeddings", true);
    return new DecoderWeights(
        tensors.matrix(WORD, vocabulary, width),
        null,
        null,
        null,
        layers,
        tensors.norm(last + ".norm", width),
        null,
        tied ? null : tensors.linearWithoutBias(last + 1 + ".final_linear", vocabulary, width));
  }

  private static ParameterWeights attention(
      TensorRoles tensors, String name, int slots, int width, ParameterScores.Kind kind) {
    return new ParameterWeights(
        new LinearWeights(tensors.matrix(name + ".key_param_tokens", slots, width), null),
        new LinearWeights(
            tensors.matrixByColumns(name + ".value_param_tokens", width, slots), null),
        ParameterScores.of(kind, slots));
  }
}
