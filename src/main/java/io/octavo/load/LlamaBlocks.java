package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.json.JsonValue;
import io.octavo.load.pass.GainFolding;
import io.octavo.model.BlockPlacement;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderDescriptor.BlockShape;
import io.octavo.model.DecoderDescriptor.LayerShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Where models that call themselves LLaMA normalize. The names of a layer's norms say it, since the
 * published codes keep it in an environment variable and not in the checkpoint: a norm behind the
 * feed-forward part without one before it is a post-norm layer (Mix-LN, arXiv:2412.13795); with one
 * before it a sandwich (Peri-LN, arXiv:2502.02732). What no name can say is a field of {@code
 * config.json}: the factor of LayerNorm Scaling (arXiv:2502.05795), {@code layernorm_scaling},
 * which is in the norms' weights already where {@code layernorm_scaling_folded} says so, and the
 * gain of post-norm residuals (DeepNet, arXiv:2203.00555), {@code deepnorm_alpha}.
 *
 * @param config the configuration
 * @param placement its {@code placement}, which is checked against the names; empty if it has none
 * @param scaled whether norms have a factor by their layer
 * @param gain of the residual in post-norm layers
 */
record LlamaBlocks(ModelConfig config, String placement, boolean scaled, float gain) {
  private static final String PLACEMENT = "placement";
  private static final String SCALING = "layernorm_scaling";
  private static final String POST_LAYERS = "post_norm_layers";
  private static final String PRE = "pre";
  private static final String POST = "post";
  private static final String MIX = "mix-ln";
  private static final String PERI = "peri";
  private static final String SCALED = "scaled-pre";
  private static final String DEEP = "deepnorm";

  /** Reads the fields. */
  static LlamaBlocks of(ModelConfig config) {
    String placement = config.choice(PLACEMENT, "", PRE, POST, MIX, PERI, SCALED, DEEP);
    boolean scaling = config.flag(SCALING, placement.equals(SCALED));
    if (!placement.isEmpty() && scaling != placement.equals(SCALED)) {
      throw contradiction(
          config, SCALING, "is " + scaling + " with the placement \"" + placement + "\"");
    }
    double gain = placement.equals(DEEP) ? DecoderShapes.deepNetGain(config) : 1;
    return new LlamaBlocks(
        config,
        placement,
        scaling && !config.flag("layernorm_scaling_folded", false),
        (float) gain);
  }

  /** Whether layers have the norms of a sandwich. */
  static boolean isSandwich(TensorRoles tensors) {
    return tensors.has("layers.0.pre_feedforward_layernorm.weight");
  }

  /**
   * The shape with the blocks that the names of the tensors show.
   *
   * @throws CheckpointException if the configuration says something else
   */
  DecoderDescriptor applied(DecoderDescriptor shape, TensorRoles tensors) {
    boolean sandwich = isSandwich(tensors);
    List<LayerShape> layers = new ArrayList<>();
    int postLayers = 0;
    for (int i = 0; i < shape.layers().size(); i++) {
      boolean post = !sandwich && tensors.has("layers." + i + ".post_feedforward_layernorm.weight");
      postLayers += post ? 1 : 0;
      layers.add(
          shape
              .layers()
              .get(i)
              .withBlock(
                  post
                      ? new BlockShape(BlockPlacement.POST, gain)
                      : new BlockShape(
                          BlockPlacement.SEQUENTIAL,
                          1f,
                          scaled ? GainFolding.layerNormScaling(i + 1) : 1)));
    }
    check(sandwich, postLayers, layers.size());
    return shape.withLayers(layers);
  }

  private void check(boolean sandwich, int postLayers, int layers) {
    boolean agrees =
        switch (placement) {
          case PERI -> sandwich;
          case POST, DEEP -> postLayers == layers;
          case PRE, SCALED -> !sandwich && postLayers == 0;
          case MIX -> !sandwich;
          default -> true;
        };
    if (!agrees) {
      throw contradiction(
          config,
          PLACEMENT,
          "is \""
              + placement
              + "\", but the names of the norms show "
              + (sandwich ? "a sandwich" : postLayers + " post-norm layers of " + layers));
    }
    JsonValue stated = config.json().find(POST_LAYERS);
    if (stated != null && stated.integer() != postLayers) {
      throw contradiction(
          config,
          POST_LAYERS,
          "is " + stated.integer() + ", but the names of the norms show " + postLayers);
    }
  }

  private static CheckpointException contradiction(
      ModelConfig config, String field, String problem) {
    return new CheckpointException(config.json().file(), field, problem);
  }
}
