package io.octavo.load;

import io.octavo.json.JsonValue;
import io.octavo.layer.Rotary;
import io.octavo.layer.RotaryScaling;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rotary positions as configurations describe them: {@code rope_theta} with {@code rope_scaling},
 * or, since version 5 of the transformers library, {@code rope_parameters} with both.
 */
final class RotaryConfig {
  private static final String PARAMETERS = "rope_parameters";
  private static final String SCALING = "rope_scaling";

  private final ModelConfig config;
  private final @Nullable ModelConfig scaling;

  private RotaryConfig(ModelConfig config, @Nullable JsonValue scaling) {
    this.config = config;
    this.scaling = scaling == null ? null : new ModelConfig(scaling);
  }

  /** The positions of all layers. */
  static RotaryConfig of(ModelConfig config) {
    return new RotaryConfig(config, config.json().find(config.named(PARAMETERS, SCALING)));
  }

  /**
   * The positions of layers of one type, where the configuration says them by type.
   *
   * @param type such as {@code full_attention}
   * @param fallback whether {@code rope_scaling} is theirs where it does not
   */
  static RotaryConfig of(ModelConfig config, String type, boolean fallback) {
    JsonValue all = config.json().find(PARAMETERS);
    JsonValue own = all == null ? null : all.find(type);
    return new RotaryConfig(config, own == null && fallback ? config.json().find(SCALING) : own);
  }

  /**
   * Positions whose rotated features are a share of the head.
   *
   * @param headWidth features of a head
   * @param share of them that is rotated, where none is stated
   * @param base where none is stated
   * @param positions longest sequence
   */
  Rotary halves(int headWidth, double share, double base, int positions) {
    double stated = config.real("partial_rotary_factor", share);
    int width = (int) (headWidth * real("partial_rotary_factor", stated));
    return rotary(width, headWidth, false, theta(base), positions);
  }

  /** Positions of layers with a window, whose base is their own. */
  Rotary local(int headWidth, double base, int positions) {
    return rotary(headWidth, headWidth, false, real("rope_theta", base), positions);
  }

  /**
   * Positions of neighbours.
   *
   * @param width features that are rotated
   * @param headWidth features of a head
   */
  Rotary neighbours(int width, int headWidth, int positions) {
    return rotary(width, headWidth, true, theta(10_000), positions);
  }

  private double theta(double absent) {
    return real("rope_theta", config.real("rope_theta", absent));
  }

  private Rotary rotary(
      int width, int headWidth, boolean interleaved, double theta, int positions) {
    if (width < 2 || width % 2 != 0 || width > headWidth) {
      throw config
          .json()
          .damaged("asks for " + width + " rotated features of heads of " + headWidth);
    }
    if (!(theta > 1)) {
      throw config.json().damaged("asks for rotary positions of base " + theta);
    }
    return new Rotary(width, interleaved, theta, scaling(width, positions));
  }

  private double real(String name, double absent) {
    return scaling == null ? absent : scaling.real(name, absent);
  }

  private RotaryScaling scaling(int width, int positions) {
    if (scaling == null) {
      return RotaryScaling.none();
    }
    String type = scaling.named("rope_type", "type");
    JsonValue kind = scaling.json().find(type);
    return switch (kind == null ? "default" : kind.string()) {
      case "default", "none" -> RotaryScaling.none();
      case "linear" -> new RotaryScaling.Linear(factor());
      case "dynamic" -> {
        if (width <= 2) {
          throw scaling.unsupported(type);
        }
        yield new RotaryScaling.Dynamic(factor(), original(positions));
      }
      case "llama3" -> llama3(positions);
      case "yarn" -> yarn(positions);
      case "longrope", "su" -> longRope(width, positions);
      default -> throw scaling.unsupported(type);
    };
  }

  private double factor() {
    scaling().json().get("factor");
    return real("factor", 1);
  }

  private ModelConfig scaling() {
    if (scaling == null) {
      throw new IllegalStateException("there is no scaling");
    }
    return scaling;
  }

  /** The context before the scaling. */
  private int original(int positions) {
    String name = "original_max_position_embeddings";
    return scaling().context(name, config.context(name, positions));
  }

  private RotaryScaling llama3(int positions) {
    double low = real("low_freq_factor", 1);
    double high = real("high_freq_factor", 4);
    if (!(high > low)) {
      throw scaling().json().damaged("its high_freq_factor is not above its low_freq_factor");
    }
    return new RotaryScaling.Llama3(factor(), low, high, original(positions));
  }

  private RotaryScaling yarn(int positions) {
    int original = original(positions);
    double factor = real("factor", (double) positions / original);
    double weight = real("mscale", 0);
    double allWeight = real("mscale_all_dim", 0);
    double attention =
        weight > 0 && allWeight > 0
            ? RotaryScaling.Yarn.attentionFactor(factor, weight)
                / RotaryScaling.Yarn.attentionFactor(factor, allWeight)
            : RotaryScaling.Yarn.attentionFactor(factor);
    return new RotaryScaling.Yarn(
        factor,
        original,
        real("beta_fast", 32),
        real("beta_slow", 1),
        scaling().flag("truncate", true),
        real("attention_factor", attention));
  }

  private RotaryScaling longRope(int width, int positions) {
    int original = original(positions);
    double factor = real("factor", (double) positions / original);
    double attention =
        real("attention_factor", RotaryScaling.LongRope.attentionFactor(factor, original));
    if (!Double.isFinite(attention)) {
      throw scaling().json().damaged("extends a context of a single token");
    }
    return new RotaryScaling.LongRope(
        divisors("short_factor", width), divisors("long_factor", width), original, attention);
  }

  private double[] divisors(String name, int width) {
    JsonValue field = scaling().json().get(name);
    List<JsonValue> values = field.array();
    if (values.size() != width / 2) {
      throw field.damaged("has " + values.size() + " numbers for " + width / 2 + " pairs");
    }
    double[] divisors = new double[values.size()];
    for (int i = 0; i < divisors.length; i++) {
      divisors[i] = values.get(i).number();
      if (!(divisors[i] > 0)) {
        throw values.get(i).damaged("is " + divisors[i] + "; it should be above 0");
      }
    }
    return divisors;
  }
}
