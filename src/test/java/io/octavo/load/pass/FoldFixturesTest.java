package io.octavo.load.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.error.InvalidInputException;
import io.octavo.normalize.LayerNorm;
import io.octavo.normalize.RmsNorm;
import io.octavo.testing.Fixtures;
import io.octavo.testing.Tolerance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** All cases of {@code folds.json}, in double precision. */
class FoldFixturesTest {
  private static final JsonNode FIXTURES = Fixtures.read("folds.json");

  private static Weights weights(JsonNode tensor) {
    int rows = Fixtures.size(tensor, 0);
    double[] values = Fixtures.doubles(tensor);
    return Weights.of(values, rows, values.length / rows);
  }

  /** Row by row, and column by column. */
  private static void assertWeights(Weights actual, JsonNode expected) {
    double[] values = Fixtures.doubles(expected);
    Tolerance.inDouble(actual.toArray(), values, actual.columns());
    double[] byColumns = new double[values.length];
    double[] column = new double[actual.rows()];
    for (int c = 0; c < actual.columns(); c++) {
      actual.readColumn(c, 0, column.length, column);
      for (int r = 0; r < column.length; r++) {
        byColumns[r * actual.columns() + c] = column[r];
      }
    }
    assertThat(byColumns).containsExactly(actual.toArray());
  }

  private static void assertValues(double @Nullable [] actual, JsonNode expected) {
    Tolerance.inDouble(Objects.requireNonNull(actual), Fixtures.doubles(expected), actual.length);
  }

  @Test
  void everyPartOfTheFileIsHere() {
    Set<String> parts = new TreeSet<>();
    FIXTURES.fieldNames().forEachRemaining(parts::add);
    assertThat(parts)
        .containsExactlyInAnyOrder(
            "what",
            "seed",
            "weight_standardization",
            "scaled_weight_standardization",
            "sigma_reparam",
            "layer_norm_scaling",
            "layer_scale",
            "batch_norm_fold",
            "weight_compander",
            "pre_ln_to_rms_to_crms");
  }

  @Test
  void weightStandardization() {
    JsonNode each = FIXTURES.path("weight_standardization");
    Weights stored = weights(each.path("weight"));
    assertWeights(
        new WeightStandardization(WeightStandardization.Guard.IN_ROOT, 1e-5).effective(stored),
        each.path("classification"));
    assertWeights(
        new WeightStandardization(WeightStandardization.Guard.OUTSIDE_ROOT, 1e-5).effective(stored),
        each.path("segmentation"));
  }

  @Test
  void scaledWeightStandardization() {
    JsonNode each = FIXTURES.path("scaled_weight_standardization");
    Weights stored = weights(each.path("weight"));
    double[] gain = Fixtures.doubles(each.path("gain"));
    assertScaled(stored, gain, ScaledWeightStandardization.Guard.FLOOR, 1e-4, each.path("floor"));
    assertScaled(
        stored,
        gain,
        ScaledWeightStandardization.Guard.IN_VARIANCE,
        1e-6,
        each.path("eps_in_variance"));
    assertScaled(
        stored,
        gain,
        ScaledWeightStandardization.Guard.OUTSIDE_ROOT,
        1e-5,
        each.path("eps_outside_root"));
  }

  private static void assertScaled(
      Weights stored,
      double[] gain,
      ScaledWeightStandardization.Guard guard,
      double epsilon,
      JsonNode expected) {
    assertWeights(
        new ScaledWeightStandardization(gain, guard, epsilon).effective(stored), expected);
  }

  @Test
  void scaledWeightStandardizationWithoutGuard() {
    JsonNode each = FIXTURES.path("scaled_weight_standardization");
    Weights stored = weights(each.path("weight"));
    double[] gain = Fixtures.doubles(each.path("gain"));
    ScaledWeightStandardization all =
        new ScaledWeightStandardization(gain, ScaledWeightStandardization.Guard.NONE, 0);
    assertThatThrownBy(() -> all.effective(stored))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Row 2");
    int size = stored.columns();
    double[] values = new double[5 * size];
    double[] gains = new double[5];
    for (int row = 0; row < 5; row++) {
      int from = row < 2 ? row : row + 1;
      System.arraycopy(stored.toArray(), from * size, values, row * size, size);
      gains[row] = gain[from];
    }
    assertScaled(
        Weights.of(values, 5, size),
        gains,
        ScaledWeightStandardization.Guard.NONE,
        0,
        each.path("exact_without_row_2"));
  }

  @Test
  void sigmaReparam() {
    assertThat(FIXTURES.path("sigma_reparam").size()).isGreaterThan(5);
    for (JsonNode each : FIXTURES.path("sigma_reparam")) {
      Weights stored = weights(each.path("weight"));
      SigmaReparam sigma =
          new SigmaReparam(each.path("sigma").doubleValue(), Fixtures.doubles(each.path("u")));
      double expected = each.path("spectral_norm_one_step").doubleValue();
      assertThat(Math.abs(sigma.spectralNorm(stored) - expected)).isLessThan(1e-11 * expected);
      assertWeights(sigma.effective(stored), each.path("folded_weight"));
    }
  }

  @Test
  void layerNormScaling() {
    JsonNode scaling = FIXTURES.path("layer_norm_scaling");
    double epsilon = scaling.path("eps").doubleValue();
    double[] gammas = Fixtures.doubles(scaling.path("gamma"));
    double[] betas = Fixtures.doubles(scaling.path("beta"));
    float[] x = Fixtures.floats(scaling.path("x"));
    int width = Fixtures.size(scaling.path("x"), 1);
    for (JsonNode each : scaling.path("layers")) {
      int layer = each.path("layer").intValue();
      int from = (layer - 1) * width;
      double[] gamma = Arrays.copyOfRange(gammas, from, from + width);
      double[] beta = Arrays.copyOfRange(betas, from, from + width);
      NormWeights folded =
          NormWeights.layerNorm("n", gamma, beta, epsilon)
              .times(GainFolding.layerNormScaling(layer));
      assertValues(folded.scale(), each.path("folded_gamma"));
      assertValues(folded.shift(), each.path("folded_beta"));
      float[] scale = floats(Objects.requireNonNull(folded.scale()));
      float[] layerNorm = x.clone();
      LayerNorm.of(scale, floats(Objects.requireNonNull(folded.shift())), epsilon).apply(layerNorm);
      Tolerance.single(layerNorm, Fixtures.doubles(each.path("layer_norm_output")), width);
      float[] rmsNorm = x.clone();
      RmsNorm.of(scale, epsilon).apply(rmsNorm);
      Tolerance.single(rmsNorm, Fixtures.doubles(each.path("rms_norm_output")), width);
    }
  }

  private static float[] floats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  private static double[] apply(LinearWeights layer, double[] x) {
    double[] bias = layer.bias();
    int inputs = layer.weight().columns();
    int outputs = layer.weight().rows();
    double[] weight = layer.weight().toArray();
    double[] y = new double[x.length / inputs * outputs];
    for (int i = 0; i < y.length; i++) {
      y[i] = bias == null ? 0 : bias[i % outputs];
      for (int k = 0; k < inputs; k++) {
        y[i] += weight[i % outputs * inputs + k] * x[i / outputs * inputs + k];
      }
    }
    return y;
  }

  private static LinearWeights linear(JsonNode each) {
    return LinearWeights.of("l", weights(each.path("weight")), Fixtures.doubles(each.path("bias")));
  }

  @Test
  void layerScale() {
    JsonNode each = FIXTURES.path("layer_scale");
    LinearWeights folded =
        Folding.intoPrevious(linear(each), Fixtures.doubles(each.path("scale")), null);
    assertWeights(folded.weight(), each.path("folded_weight"));
    assertValues(folded.bias(), each.path("folded_bias"));
    double[] output = apply(folded, Fixtures.doubles(each.path("branch_input")));
    double[] residual = Fixtures.doubles(each.path("residual"));
    for (int i = 0; i < output.length; i++) {
      output[i] += residual[i];
    }
    assertValues(output, each.path("output"));
  }

  @Test
  void batchNormBehindALinear() {
    JsonNode each = FIXTURES.path("batch_norm_fold");
    NormWeights norm =
        NormWeights.batchNorm(
            "n",
            Fixtures.doubles(each.path("gamma")),
            Fixtures.doubles(each.path("beta")),
            Fixtures.doubles(each.path("running_mean")),
            Fixtures.doubles(each.path("running_var")),
            each.path("eps").doubleValue());
    LinearWeights folded =
        Folding.intoPrevious(linear(each), Objects.requireNonNull(norm.scale()), norm.shift());
    assertWeights(folded.weight(), each.path("folded_weight"));
    assertValues(folded.bias(), each.path("folded_bias"));
    assertValues(apply(folded, Fixtures.doubles(each.path("input"))), each.path("output"));
  }

  @Test
  void weightCompander() {
    JsonNode each = FIXTURES.path("weight_compander");
    double[] weight = Fixtures.doubles(each.path("weight"));
    WeightCompander compander =
        new WeightCompander(each.path("a").doubleValue(), each.path("b").doubleValue());
    Weights effective = compander.effective(Weights.of(weight, 4, weight.length / 4));
    assertWeights(effective, each.path("effective_weight"));
  }

  @Test
  void powerNormIntoTheNextLinear() {
    JsonNode power = Fixtures.read("norms-tokens.json").path("power_norm");
    JsonNode folded = power.path("folded");
    NormWeights norm =
        NormWeights.powerNorm(
            "n",
            Fixtures.doubles(power.path("weight")),
            Fixtures.doubles(power.path("bias")),
            Fixtures.doubles(power.path("running_phi")),
            0,
            1e-5);
    LinearWeights layer =
        LinearWeights.of(
            "l",
            weights(folded.path("linear_weight")),
            Fixtures.doubles(folded.path("linear_bias")));
    LinearWeights result = Folding.intoNext(layer, norm.scale(), norm.shift());
    assertWeights(result.weight(), folded.path("folded_weight"));
    assertValues(result.bias(), folded.path("folded_bias"));
  }

  private static final JsonNode CONVERSION = FIXTURES.path("pre_ln_to_rms_to_crms");

  private static LinearWeights layer(JsonNode model, String name) {
    return LinearWeights.of(
        name,
        weights(model.path(name + ".weight")),
        model.has(name + ".bias") ? Fixtures.doubles(model.path(name + ".bias")) : null);
  }

  private static NormWeights norm(JsonNode model, String name) {
    return NormWeights.layerNorm(
        name,
        Fixtures.doubles(model.path(name + ".weight")),
        Fixtures.doubles(model.path(name + ".bias")),
        model.path("eps").doubleValue());
  }

  private static ResidualModel original() {
    JsonNode model = CONVERSION.path("layer_norm_model");
    List<Branch> branches = new ArrayList<>();
    for (int block = 0; block < model.path("layers").intValue(); block++) {
      String h = "h" + block + ".";
      branches.add(
          Branch.preNorm(
              h + "attn",
              norm(model, h + "ln_1"),
              List.of(layer(model, h + "attn.qkv")),
              List.of(layer(model, h + "attn.proj"))));
      branches.add(
          Branch.preNorm(
              h + "mlp",
              norm(model, h + "ln_2"),
              List.of(layer(model, h + "mlp.fc")),
              List.of(layer(model, h + "mlp.proj"))));
    }
    Weights tokens = weights(model.path("wte"));
    return new ResidualModel(
        tokens.columns(),
        List.of(
            new EmbeddingWeights("wte", tokens),
            new EmbeddingWeights("wpe", weights(model.path("wpe")))),
        List.of(),
        null,
        branches,
        norm(model, "ln_f"),
        LinearWeights.of("head", tokens, null),
        true,
        false);
  }

  private static void assertLogits(ResidualModel model, JsonNode expected) {
    int heads = CONVERSION.path("layer_norm_model").path("heads").intValue();
    int[] tokens = new int[CONVERSION.path("tokens").size()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = CONVERSION.path("tokens").get(i).intValue();
    }
    double[][] logits = DoubleDecoder.gelu(model, heads).logits(tokens);
    double[] flat = Arrays.stream(logits).flatMapToDouble(Arrays::stream).toArray();
    Tolerance.inDouble(flat, Fixtures.doubles(expected), logits[0].length);
  }

  private static void assertModel(ResidualModel model, JsonNode expected) {
    for (EmbeddingWeights embedding : model.embeddings()) {
      assertWeights(embedding.rows(), expected.path(embedding.name()));
    }
    int biases = 0;
    for (LinearWeights layer : Conditions.linears(model)) {
      assertWeights(layer.weight(), expected.path(layer.name() + ".weight"));
      assertThat(layer.bias() != null).isEqualTo(expected.has(layer.name() + ".bias"));
      if (layer.bias() != null) {
        assertValues(layer.bias(), expected.path(layer.name() + ".bias"));
        biases++;
      }
    }
    assertThat(biases).isGreaterThan(7);
    for (NormWeights norm : Conditions.norms(model)) {
      assertThat(norm.affine()).isEqualTo(expected.has(norm.name() + ".weight"));
      if (norm.affine()) {
        assertValues(norm.scale(), expected.path(norm.name() + ".weight"));
        assertValues(norm.shift(), expected.path(norm.name() + ".bias"));
      }
    }
  }

  @Test
  void layerNormToRmsNorm() {
    assertLogits(original(), CONVERSION.path("layer_norm_logits"));
    ResidualModel rms = PassPipeline.toRmsNorm().run("m", original()).model();
    assertModel(rms, CONVERSION.path("rms_norm_model"));
    assertLogits(rms, CONVERSION.path("rms_norm_logits"));
  }

  @Test
  void layerNormToCompressedRmsNorm() {
    ResidualModel crms = PassPipeline.toCompressedRmsNorm().run("m", original()).model();
    assertModel(crms, CONVERSION.path("crms_norm_model"));
    assertLogits(crms, CONVERSION.path("crms_norm_logits"));
  }

  /** What a head that stays tied would give; the pass refuses it. */
  @Test
  void section54TiedHeadWouldChangeTheLogits() {
    ResidualModel rms = PassPipeline.toRmsNorm().run("m", original()).model();
    Weights centred = rms.embeddings().getFirst().rows();
    ResidualModel wrong = rms.withHead(LinearWeights.of("head", centred, null));
    assertLogits(wrong, CONVERSION.path("head_kept_tied_logits"));
    double[] right = Fixtures.doubles(CONVERSION.path("rms_norm_logits"));
    double[] tied = Fixtures.doubles(CONVERSION.path("head_kept_tied_logits"));
    assertThat(Math.abs(right[0] - tied[0])).isGreaterThan(0.1);
  }
}
