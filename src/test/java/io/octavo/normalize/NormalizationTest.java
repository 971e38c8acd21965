package io.octavo.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.normalize.RmsNorm.HalfRounding;
import io.octavo.testing.Fixtures;
import io.octavo.testing.Tolerance;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The fixtures, and what the factories refuse. */
@Tag("core")
class NormalizationTest {
  private static final JsonNode FIXTURES = Fixtures.read("norms-tokens.json");

  private static float[] apply(Normalization norm, float[] x) {
    float[] y = new float[x.length];
    norm.apply(x, 0, x.length / norm.width(), y, 0);
    float[] inPlace = x.clone();
    norm.apply(inPlace);
    assertThat(inPlace).containsExactly(y);
    return y;
  }

  private static float @Nullable [] optional(JsonNode node, String name) {
    return node.hasNonNull(name) ? Fixtures.floats(node.path(name)) : null;
  }

  @Test
  void section4And51EveryFormAgreesWithTheFixtures() {
    float[] x = Fixtures.floats(FIXTURES.path("x"));
    int width = Fixtures.size(FIXTURES.path("x"), 1);
    assertThat(FIXTURES.path("cases").size()).isGreaterThan(10);
    for (JsonNode each : FIXTURES.path("cases")) {
      float[] y = apply(norm(each, width), x);
      Tolerance.single(y, Fixtures.doubles(each.path("expected")), width);
    }
  }

  private static Normalization norm(JsonNode each, int width) {
    float[] gamma = optional(each, "gamma");
    float[] beta = optional(each, "beta");
    double epsilon = each.path("eps").doubleValue();
    String kind = each.path("kind").asText();
    if (gamma == null) {
      return kind.equals("layer_norm")
          ? LayerNorm.withoutAffine(width, epsilon)
          : RmsNorm.withoutAffine(width, epsilon);
    }
    return switch (kind) {
      case "layer_norm" -> LayerNorm.of(gamma, beta, epsilon);
      case "layer_norm_weight_plus_one" -> LayerNorm.weightPlusOne(gamma, beta, epsilon);
      case "rms_norm" -> RmsNorm.of(gamma, beta, epsilon);
      case "rms_norm_weight_plus_one" -> RmsNorm.weightPlusOne(gamma, epsilon);
      case "rms_norm_eps_outside" ->
          RmsNorm.epsilonOutside(gamma, beta, each.path("share").asDouble(1), epsilon);
      default -> throw new AssertionError("unknown kind " + kind);
    };
  }

  @Test
  void section51HalfPrecisionVariantsAgreeWithTheFixtures() {
    JsonNode half = FIXTURES.path("half");
    float[] x = Fixtures.floats(half.path("x"));
    double epsilon = half.path("eps").doubleValue();
    RmsNorm llama =
        RmsNorm.of(Fixtures.floats(half.path("llama_weight")), epsilon)
            .withRounding(HalfRounding.BEFORE_WEIGHT);
    Tolerance.half(apply(llama, x), Fixtures.doubles(half.path("llama_half")));
    Tolerance.half(apply(llama, x), Fixtures.doubles(half.path("llama_exact")));
    RmsNorm gemma =
        RmsNorm.weightPlusOne(Fixtures.floats(half.path("gemma_weight")), epsilon)
            .withRounding(HalfRounding.AFTER_WEIGHT);
    Tolerance.half(apply(gemma, x), Fixtures.doubles(half.path("gemma_half")));
    Tolerance.half(apply(gemma, x), Fixtures.doubles(half.path("gemma_exact")));
  }

  @Test
  void section53CompressedRmsNormAgreesWithTheFixtures() {
    assertThat(FIXTURES.path("crms").size()).isGreaterThan(1);
    for (JsonNode each : FIXTURES.path("crms")) {
      int width = each.path("width").intValue();
      CompressedRmsNorm norm = CompressedRmsNorm.of(width, each.path("eps").doubleValue());
      float[] y = apply(norm, Fixtures.floats(each.path("x")));
      Tolerance.single(y, Fixtures.doubles(each.path("expected")), width);
    }
  }

  @Test
  void section61PowerNormAgreesWithTheFixtures() {
    float[] x = Fixtures.floats(FIXTURES.path("x"));
    int width = Fixtures.size(FIXTURES.path("x"), 1);
    assertThat(FIXTURES.path("power_norm").path("cases").size()).isGreaterThan(3);
    for (JsonNode each : FIXTURES.path("power_norm").path("cases")) {
      float[] y = apply(powerNorm(each.path("groups").asInt(0)), x);
      Tolerance.single(y, Fixtures.doubles(each.path("expected")), width);
    }
  }

  /** Without group scaling for no groups. */
  private static PowerNorm powerNorm(int groups) {
    JsonNode power = FIXTURES.path("power_norm");
    float[] weight = Fixtures.floats(power.path("weight"));
    float[] bias = Fixtures.floats(power.path("bias"));
    float[] phi = Fixtures.floats(power.path("running_phi"));
    return groups > 0
        ? PowerNorm.withGroups(weight, bias, phi, groups, 1e-5)
        : PowerNorm.of(weight, bias, phi, 1e-5);
  }

  @Test
  void section65Item3FoldedPowerNormAgrees() {
    JsonNode folded = FIXTURES.path("power_norm").path("folded");
    float[] x = Fixtures.floats(FIXTURES.path("x"));
    int width = Fixtures.size(FIXTURES.path("x"), 1);
    double[] weight = Fixtures.doubles(folded.path("linear_weight"));
    double[] bias = Fixtures.doubles(folded.path("linear_bias"));
    double[] foldedWeight = Fixtures.doubles(folded.path("folded_weight"));
    double[] foldedBias = Fixtures.doubles(folded.path("folded_bias"));
    float[] fixed = apply(powerNorm(0), x);
    assertLinear(fixed, width, weight, bias, folded.path("output_without_groups"));
    assertLinear(x, width, foldedWeight, foldedBias, folded.path("output_without_groups"));
    int groups = 4;
    float[] unfolded = apply(powerNorm(groups), x);
    assertLinear(unfolded, width, weight, bias, folded.path("output_with_4_groups"));
    float[] scaled = apply(PowerNorm.groupScaling(width, groups, 1e-5), x);
    JsonNode expected = folded.path("output_with_4_groups_folded");
    assertLinear(scaled, width, foldedWeight, foldedBias, expected);
  }

  private static void assertLinear(
      float[] x, int width, double[] weight, double[] bias, JsonNode expected) {
    int outputs = bias.length;
    float[] y = new float[x.length / width * outputs];
    for (int i = 0; i < y.length; i++) {
      double sum = bias[i % outputs];
      for (int k = 0; k < width; k++) {
        sum += x[i / outputs * width + k] * weight[i % outputs * width + k];
      }
      y[i] = (float) sum;
    }
    Tolerance.single(y, Fixtures.doubles(expected), outputs);
  }

  @Test
  void section66UnifiedNormAgreesWithTheFixtures() {
    JsonNode unified = FIXTURES.path("unified_norm");
    float[] weight = Fixtures.floats(unified.path("weight"));
    UnifiedNorm norm =
        UnifiedNorm.of(
            weight,
            Fixtures.floats(unified.path("bias")),
            Fixtures.floats(unified.path("running_var")),
            unified.path("eps").doubleValue());
    float[] y = apply(norm, Fixtures.floats(FIXTURES.path("x")));
    Tolerance.single(y, Fixtures.doubles(unified.path("expected")), weight.length);
  }

  @Test
  void factoriesRefuseWhatMakesNoSense() {
    float[] two = {1, 1};
    float[] three = {1, 1, 1};
    refused("epsilon is -1.0", () -> LayerNorm.of(two, null, -1));
    refused("epsilon is NaN", () -> RmsNorm.of(two, Double.NaN));
    refused("beta has 3 values", () -> LayerNorm.of(two, three, 1e-5));
    refused("0 features", () -> LayerNorm.withoutAffine(0, 1e-5));
    refused("0 features", () -> RmsNorm.of(new float[0], 1e-5));
    refused("share of 0.1", () -> RmsNorm.epsilonOutside(two, null, 0.1, 1e-8));
    refused("share of 1.5", () -> RmsNorm.epsilonOutside(two, null, 1.5, 1e-8));
    refused("0 features", () -> CompressedRmsNorm.of(0, 1e-5));
    refused("2 groups", () -> PowerNorm.withGroups(three, three, three, 2, 1e-5));
    refused("runningPhi has 2 values", () -> PowerNorm.of(three, three, two, 1e-5));
    refused("runningPhi[1] is -1.0", () -> PowerNorm.of(two, two, new float[] {1, -1}, 1e-5));
    refused("bias has 3 values", () -> UnifiedNorm.of(two, three, two, 1e-5));
    refused("runningVar[0] is NaN", () -> UnifiedNorm.of(two, two, new float[] {Float.NaN, 1}, 0));
  }

  private static void refused(String message, Runnable factory) {
    assertThatThrownBy(factory::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void rangesAreChecked() {
    LayerNorm norm = LayerNorm.withoutAffine(4, 1e-5);
    float[] x = new float[10];
    refused("10 values", () -> norm.apply(x));
    assertThatThrownBy(() -> norm.apply(x, 0, 3, x, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> norm.apply(x, 0, 2, x, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
