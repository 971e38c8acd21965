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
import org.jspecify.annotations.Nullable;

/**
 * Decoders under the names of the fairseq library, in which several papers published their norms
 * and weights: LayerNorm, PowerNorm (arXiv:2003.07845) and Unified Normalization; pre-norm,
 * post-norm and DeepNet (arXiv:2203.00555); linear layers as they are or by sigmaReparam
 * (arXiv:2303.06296). Norms of fixed scale need the statistics of their training, which are never
 * assumed.
 */
final class FairseqFamily implements DecoderFamily {
  private static final String WORD = "embed_tokens.weight";
  private static final String SIGMA = "layers.0.fc1.sigma";
  private static final String REPARAMETRIZATION = "reparametrization";

  @Override
  public String marker() {
    return WORD;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    config.expect("bias", true);
    config.choice(REPARAMETRIZATION, "", "sigma-reparam");
    config.expect("power_iterations_at_load", 1);
    int width = config.width("hidden_size", 512);
    BlockShape block =
        switch (config.choice("placement", "pre", "pre", "post", "deepnorm")) {
          case "pre" -> BlockShape.of(BlockPlacement.SEQUENTIAL);
          case "post" -> BlockShape.of(BlockPlacement.POST);
          default -> new BlockShape(BlockPlacement.POST, (float) DecoderShapes.deepNetGain(config));
        };
    return new DecoderDescriptor(
        width,
        config.context("max_position_embeddings", 1024),
        new EmbeddingShape(
            config.size("vocab_size", 50265), width, 1f, config.number("position_offset", 0)),
        block,
        DecoderShapes.even(config, "num_attention_heads", 8, width),
        new FeedForwardShape(
            config.width("ffn_dim", 4 * width),
            false,
            config.activation("activation_function", Activation.RELU)),
        norm(config, width),
        0f,
        LayerShape.same(DecoderShapes.layers(config, "num_hidden_layers", 6), null));
  }

  private static NormShape norm(ModelConfig config, int width) {
    double epsilon = config.epsilon("norm_eps", 1e-5);
    return switch (config.choice("norm", "layernorm", "layernorm", "powernorm", "unifiednorm")) {
      case "layernorm" -> new NormShape(NormKind.LAYER, epsilon);
      case "powernorm" -> {
        config.expect("norm_statistic", "running_phi");
        boolean scaled = config.flag("norm_group_scaling", true);
        int groups = scaled ? config.divisor("norm_groups", 1, width) : 0;
        yield new NormShape(NormKind.POWER, epsilon, groups);
      }
      default -> {
        config.expect("norm_statistic", "running_var");
        yield new NormShape(NormKind.UNIFIED, epsilon);
      }
    };
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    int width = shape.width();
    int vocabulary = shape.embedding().vocabulary();
    int rows = shape.positions() + shape.embedding().positionOffset();
    boolean pre = shape.block().placement() == BlockPlacement.SEQUENTIAL;
    boolean sigma = reparametrized(tensors, config);
    List<DecoderWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers().size(); i++) {
      layers.add(layer(tensors, "layers." + i + ".", shape, pre, sigma));
    }
    boolean tied = config.flag("tie_word_embeddings", true);
    return new DecoderWeights(
        tensors.matrix(WORD, vocabulary, width),
        tensors.matrix("embed_positions.weight", rows, width),
        null,
        null,
        layers,
        lastNorm(tensors, shape, pre),
        null,
        tied ? null : tensors.linearWithoutBias("output_projection", vocabulary, width));
  }

  /** The checkpoint's tensors say it where the configuration does not. */
  private static boolean reparametrized(TensorRoles tensors, ModelConfig config) {
    boolean stored = tensors.has(SIGMA);
    boolean folded = config.flag("reparametrization_folded", false);
    if (stored && folded) {
      throw config
          .json()
          .get("reparametrization_folded")
          .damaged("is true, but the checkpoint holds " + SIGMA);
    }
    if (!stored && !folded && config.json().find(REPARAMETRIZATION) != null) {
      throw config.json().get(REPARAMETRIZATION).damaged("is there, but no tensor " + SIGMA);
    }
    return stored;
  }

  private static @Nullable NormWeights lastNorm(
      TensorRoles tensors, DecoderDescriptor shape, boolean pre) {
    return pre ? norm(tensors, shape, "layer_norm") : null;
  }

  private static DecoderWeights.Layer layer(
      TensorRoles tensors, String name, DecoderDescriptor shape, boolean pre, boolean sigma) {
    int width = shape.width();
    int inner = shape.feedForward().width();
    String self = name + "self_attn.";
    NormWeights attention = norm(tensors, shape, name + "self_attn_layer_norm");
    NormWeights feedForward = norm(tensors, shape, name + "final_layer_norm");
    return new DecoderWeights.Layer(
        pre ? attention : null,
        List.of(
            linear(tensors, self + "q_proj", width, width, sigma),
            linear(tensors, self + "k_proj", width, width, sigma),
            linear(tensors, self + "v_proj", width, width, sigma)),
        null,
        null,
        linear(tensors, self + "out_proj", width, width, sigma),
        pre ? null : attention,
        pre ? feedForward : null,
        List.of(linear(tensors, name + "fc1", inner, width, sigma)),
        linear(tensors, name + "fc2", width, inner, sigma),
        pre ? null : feedForward);
  }

  private static NormWeights norm(TensorRoles tensors, DecoderDescriptor shape, String name) {
    long width = shape.width();
    return switch (shape.norm().kind()) {
      case POWER ->
          tensors.fixedNorm(name, shape.width(), "running_phi", List.of(1L, width, 1L, 1L));
      case UNIFIED -> tensors.fixedNorm(name, shape.width(), "running_var", List.of(width));
      default -> tensors.norm(name, shape.width());
    };
  }

  private static LinearWeights linear(
      TensorRoles tensors, String name, int outputs, int inputs, boolean sigma) {
    return sigma
        ? tensors.sigmaReparam(name, outputs, inputs)
        : tensors.linear(name, outputs, inputs);
  }
}
