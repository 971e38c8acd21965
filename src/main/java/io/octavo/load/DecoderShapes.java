package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.json.JsonValue;
import io.octavo.kernel.PanelMatrix;
import io.octavo.layer.Rotary;
import io.octavo.model.DecoderDescriptor.AttentionShape;
import io.octavo.model.DecoderDescriptor.LayerShape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** What the configurations of several families of decoders say in the same fields. */
final class DecoderShapes {
  private static final String HEADS = "num_attention_heads";
  private static final String SLIDING = "sliding_attention";
  private static final String FULL = "full_attention";

  /** Far beyond any decoder's. */
  private static final int MOST_LAYERS = 1 << 12;

  private DecoderShapes() {}

  /** Number of layers. */
  static int layers(ModelConfig config, String name, int absent) {
    int layers = config.size(name, absent);
    if (layers > MOST_LAYERS) {
      throw config.json().get(name).damaged("is " + layers + "; no model has so many");
    }
    return layers;
  }

  /**
   * Attention by {@code num_attention_heads}, {@code num_key_value_heads} and {@code head_dim}.
   *
   * @param headWidth width of a head where none is stated; 0 where heads then share the width
   */
  static AttentionShape grouped(
      ModelConfig config, int width, int heads, int keyValueHeads, int headWidth) {
    int queries = config.size(HEADS, heads);
    int keys = config.size("num_key_value_heads", keyValueHeads == 0 ? queries : keyValueHeads);
    if (queries % keys != 0) {
      throw new CheckpointException(
          config.json().file(),
          "num_key_value_heads",
          "is " + keys + ", which does not divide " + queries + " heads of queries");
    }
    int stated = config.size("head_dim", headWidth == 0 ? 1 : headWidth);
    if (config.json().find("head_dim") != null || headWidth != 0) {
      return AttentionShape.plain(queries, keys, headWidth(config, "head_dim", stated));
    }
    return AttentionShape.plain(queries, keys, width / config.heads(HEADS, heads, width));
  }

  private static int headWidth(ModelConfig config, String name, int headWidth) {
    if (headWidth > PanelMatrix.BLOCK) {
      throw new CheckpointException(
          config.json().file(), name, "is " + headWidth + "; at most " + PanelMatrix.BLOCK);
    }
    return headWidth;
  }

  /** Heads that share the width evenly, each with keys and values of its own. */
  static AttentionShape even(ModelConfig config, String name, int absent, int width) {
    int heads = config.heads(name, absent, width);
    return AttentionShape.plain(heads, heads, width / heads);
  }

  /**
   * The gain of DeepNet's residuals (Wang et al., arXiv:2203.00555): {@code deepnorm_alpha}, or the
   * paper's for a decoder alone, {@code (2 * layers)^(1/4)}.
   */
  static double deepNetGain(ModelConfig config) {
    double layers = layers(config, "num_hidden_layers", 1);
    return config.real("deepnorm_alpha", Math.pow(2 * layers, 0.25));
  }

  /**
   * Which layers see a window only: as {@code layer_types} says, or else by {@code absent}.
   *
   * @param window tokens that such a layer's tokens see
   * @param all positions of layers that see everything
   * @param sliding positions of the others
   */
  static List<LayerShape> windowed(
      ModelConfig config,
      int layers,
      int window,
      IntPredicate absent,
      @Nullable Rotary all,
      @Nullable Rotary sliding) {
    List<JsonValue> types = config.array("layer_types");
    if (types != null && types.size() != layers) {
      throw new CheckpointException(
          config.json().file(),
          "layer_types",
          "has " + types.size() + " entries for " + layers + " layers");
    }
    List<LayerShape> shapes = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      boolean slides = types == null ? absent.test(i) : slides(types.get(i));
      shapes.add(slides ? new LayerShape(window, sliding) : new LayerShape(Integer.MAX_VALUE, all));
    }
    return shapes;
  }

  private static boolean slides(JsonValue type) {
    return switch (type.string()) {
      case SLIDING -> true;
      case FULL -> false;
      default ->
          throw ConfigurationFile.unsupported(type, "\"" + type.string() + "\" is not supported");
    };
  }
}
