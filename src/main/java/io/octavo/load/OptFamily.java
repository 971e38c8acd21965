package io.octavo.load;

import io.octavo.kernel.Activation;
import io.octavo.model.BlockPlacement;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderDescriptor.BlockShape;
import io.octavo.model.DecoderDescriptor.EmbeddingShape;
import io.octavo.model.DecoderDescriptor.FeedForwardShape;
import io.octavo.model.DecoderDescriptor.LayerShape;
import io.octavo.model.DecoderDescriptor.NormShape;
import io.octavo.model.DecoderWeights;
import io.octavo.model.LinearWeights;
import io.octavo.model.NormKind;
import io.octavo.model.NormWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * OPT (Zhang et al., arXiv:2205.01068): learned positions whose rows begin at 2; post-norm with
 * projections around the embeddings in its variant of 350 million parameters.
 */
final class OptFamily implements DecoderFamily {
  private static final String WORD = "embed_tokens.weight";
  private static final int POSITION_OFFSET = 2;

  @Override
  public String marker() {
    return WORD;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    config.expect("layer_norm_elementwise_affine", true);
    int width = config.width("hidden_size", 768);
    boolean before = config.flag("do_layer_norm_before", true);
    return new DecoderDescriptor(
        width,
        config.context("max_position_embeddings", 2048),
        new EmbeddingShape(
            config.size("vocab_size", 50272),
            config.width("word_embed_proj_dim", width),
            1f,
            POSITION_OFFSET),
        BlockShape.of(before ? BlockPlacement.SEQUENTIAL : BlockPlacement.POST),
        DecoderShapes.even(config, "num_attention_heads", 12, width),
        new FeedForwardShape(
            config.width("ffn_dim", 3072),
            false,
            config.activation("activation_function", Activation.RELU)),
        new NormShape(NormKind.LAYER, 1e-5),
        0f,
        LayerShape.same(DecoderShapes.layers(config, "num_hidden_layers", 12), null));
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    int width = shape.width();
    int outer = shape.embedding().width();
    int vocabulary = shape.embedding().vocabulary();
    boolean before = shape.block().placement() == BlockPlacement.SEQUENTIAL;
    boolean biased = config.flag("enable_bias", true);
    boolean last = before && !config.flag("_remove_final_layer_norm", false);
    List<DecoderWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers().size(); i++) {
      layers.add(layer(tensors, "layers." + i + ".", shape, before, biased));
    }
    boolean tied = config.flag("tie_word_embeddings", true);
    return new DecoderWeights(
        tensors.matrix(WORD, vocabulary, outer),
        tensors.matrix("embed_positions.weight", shape.positions() + POSITION_OFFSET, width),
        outer == width ? null : tensors.linearWithoutBias("project_in", width, outer),
        null,
        layers,
        last ? tensors.norm("final_layer_norm", width) : null,
        outer == width ? null : tensors.linearWithoutBias("project_out", outer, width),
        LlamaTensors.head(tensors, vocabulary, outer, tied));
  }

  private static DecoderWeights.Layer layer(
      TensorRoles tensors, String name, DecoderDescriptor shape, boolean before, boolean biased) {
    int width = shape.width();
    int inner = shape.feedForward().width();
    String self = name + "self_attn.";
    NormWeights attention = tensors.norm(name + "self_attn_layer_norm", width);
    NormWeights feedForward = tensors.norm(name + "final_layer_norm", width);
    return new DecoderWeights.Layer(
        before ? attention : null,
        List.of(
            linear(tensors, self + "q_proj", width, width, biased),
            linear(tensors, self + "k_proj", width, width, biased),
            linear(tensors, self + "v_proj", width, width, biased)),
        null,
        null,
        linear(tensors, self + "out_proj", width, width, biased),
        before ? null : attention,
        before ? feedForward : null,
        List.of(linear(tensors, name + "fc1", inner, width, biased)),
        linear(tensors, name + "fc2", width, inner, biased),
        before ? null : feedForward);
  }

  private static LinearWeights linear(
      TensorRoles tensors, String name, int outputs, int inputs, boolean biased) {
    return biased
        ? tensors.linear(name, outputs, inputs)
        : tensors.linearWithoutBias(name, outputs, inputs);
  }
}
