package io.octavo.load.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.InvalidInputException;
import io.octavo.layer.Linear;
import io.octavo.layer.LinearFormat;
import io.octavo.normalize.PowerNorm;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.StoredMatrix;
import io.octavo.tensor.WeightMatrix;
import io.octavo.testing.Rows;
import io.octavo.testing.Tolerance;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What the passes promise, by the sections of the systems reference. */
class PassPropertiesTest {
  private static final int[] TOKENS = {3, 1, 4, 1, 5, 9, 2};

  private final RandomModels models = new RandomModels(8);

  private static double[][] logits(ResidualModel model) {
    return DoubleDecoder.gelu(model, RandomModels.HEADS).logits(TOKENS);
  }

  /** Within 1e-10 of the scale of the logits. */
  private static void assertSame(ResidualModel actual, ResidualModel expected) {
    double[][] a = logits(actual);
    double[][] b = logits(expected);
    double scale = 0;
    double difference = 0;
    for (int t = 0; t < a.length; t++) {
      for (int i = 0; i < a[t].length; i++) {
        scale = Math.max(scale, Math.abs(b[t][i]));
        difference = Math.max(difference, Math.abs(a[t][i] - b[t][i]));
      }
    }
    assertThat(scale).isGreaterThan(0.5);
    assertThat(difference).isLessThanOrEqualTo(1e-10 * scale);
  }

  private static ResidualModel run(PassPipeline pipeline, ResidualModel model) {
    PassResult result = pipeline.run("m", model);
    assertThat(result.exact()).isTrue();
    return result.model();
  }

  @Test
  void section55ItemIConversionsKeepTheLogits() {
    for (ResidualModel model :
        List.of(models.sequential(), models.gated(), models.parallel(), models.withGains())) {
      assertSame(run(PassPipeline.toRmsNorm(), model), model);
      ResidualModel compressed = run(PassPipeline.toCompressedRmsNorm(), model);
      assertThat(compressed.width()).isEqualTo(RandomModels.WIDTH - 1);
      assertSame(compressed, model);
    }
  }

  @Test
  void section55ItemIiTheConvertedStreamHasZeroMean() {
    ResidualModel model = models.sequential();
    DoubleDecoder original = DoubleDecoder.gelu(model, RandomModels.HEADS);
    original.logits(TOKENS);
    assertThat(original.means()).hasSize(5).allMatch(mean -> mean > 0.05);
    DoubleDecoder converted =
        DoubleDecoder.gelu(run(PassPipeline.toRmsNorm(), model), RandomModels.HEADS);
    converted.logits(TOKENS);
    assertThat(converted.means()).hasSize(5).allMatch(mean -> mean < 1e-14);
  }

  @Test
  void section55ItemIiiCentringTwiceChangesNothing() {
    LinearWeights layer = models.linear("l", 7, 5);
    LinearWeights once = Centring.writer(layer);
    LinearWeights twice = Centring.writer(once);
    assertThat(distance(twice.weight(), once.weight())).isLessThan(1e-15);
    for (int i = 0; i < 7; i++) {
      assertThat(Math.abs(bias(twice)[i] - bias(once)[i])).isLessThan(1e-15);
    }
    Weights rows = Centring.rows(layer.weight());
    assertThat(distance(Centring.rows(rows), rows)).isLessThan(1e-15);
    assertThat(distance(rows, layer.weight())).isGreaterThan(0.01);
  }

  private static double[] bias(LinearWeights layer) {
    return Objects.requireNonNull(layer.bias());
  }

  private static double[] scale(NormWeights norm) {
    return Objects.requireNonNull(norm.scale());
  }

  private static double[] shift(NormWeights norm) {
    return Objects.requireNonNull(norm.shift());
  }

  private static double distance(Weights a, Weights b) {
    double[] x = a.toArray();
    double[] y = b.toArray();
    assertThat(x).hasSameSizeAs(y);
    double largest = 0;
    for (int i = 0; i < x.length; i++) {
      largest = Math.max(largest, Math.abs(x[i] - y[i]));
    }
    return largest;
  }

  @Test
  void section54CompressionNeedsTheWeightsOfNormsFolded() {
    ResidualModel rms = run(PassPipeline.toRmsNorm(), models.sequential());
    assertThat(new RmsNormToCompressed().refusal(rms)).contains("folded first");
    ResidualModel folded = run(PassPipeline.of(new NormWeightFolding()), rms);
    assertSame(folded, rms);
    assertThat(folded.branches()).noneMatch(branch -> branch.norm().affine());
  }

  @Test
  void section54GainsAreFoldedBeforeCentring() {
    ResidualModel model = models.withGains();
    ResidualModel folded = run(PassPipeline.of(new GainFolding()), model);
    assertSame(folded, model);
    assertThat(folded.branches())
        .allMatch(branch -> branch.residualGain() == null && branch.normGain() == 1);
  }

  @Test
  void section54TiedHeadMayStayWhereTheFinalNormKeepsZeroMean() {
    ResidualModel model = models.sequential();
    double[] shift = models.numbers(RandomModels.WIDTH, 0, 1);
    double sum = 0;
    for (int i = 1; i < shift.length; i++) {
      sum += shift[i];
    }
    shift[0] = -sum;
    double[] scale = new double[shift.length];
    Arrays.fill(scale, 1.25);
    ResidualModel harmless =
        model.withEnd(NormWeights.layerNorm("last", scale, shift, 1e-5), model.head());
    ResidualModel converted = run(PassPipeline.of(new LayerNormToRmsNorm()), harmless);
    assertThat(converted.tied()).isTrue();
    assertThat(distance(converted.head().weight(), converted.embeddings().getFirst().rows()))
        .isZero();
    assertSame(converted, harmless);
  }

  @Test
  void section63PowerNormFoldsIntoTheNextLinear() {
    for (int groups : new int[] {0, 1, 4}) {
      ResidualModel model = models.withBranchNorms(norm -> powerNorm(norm, groups));
      ResidualModel folded = run(PassPipeline.of(new FixedNormFolding()), model);
      assertSame(folded, model);
      assertThat(folded.branches()).noneMatch(branch -> branch.norm().affine());
      NormKind kind = groups == 0 ? NormKind.FIXED : NormKind.GROUP_SCALING;
      assertThat(folded.branches()).allMatch(branch -> branch.norm().kind() == kind);
      assertThat(Objects.requireNonNull(folded.finalNorm()).affine()).isFalse();
    }
  }

  private NormWeights powerNorm(NormWeights norm, int groups) {
    double[] phi = statistics();
    return NormWeights.powerNorm(norm.name(), scale(norm), shift(norm), phi, groups, 1e-5);
  }

  private double[] statistics() {
    double[] result = models.numbers(RandomModels.WIDTH, 0, 1);
    for (int i = 0; i < result.length; i++) {
      result[i] = 0.5 + result[i] * result[i];
    }
    return result;
  }

  @Test
  void section66UnifiedNormFoldsIntoTheNextLinear() {
    ResidualModel model =
        models.withBranchNorms(
            norm ->
                NormWeights.unifiedNorm(norm.name(), scale(norm), shift(norm), statistics(), 1e-5));
    assertSame(run(PassPipeline.of(new FixedNormFolding()), model), model);
  }

  @Test
  void section81BatchNormFoldsIntoTheNextLinear() {
    ResidualModel model =
        models.withBranchNorms(
            norm ->
                NormWeights.batchNorm(
                    norm.name(),
                    scale(norm),
                    shift(norm),
                    models.numbers(RandomModels.WIDTH, 0.5, 1),
                    statistics(),
                    1e-5));
    assertSame(run(PassPipeline.of(new FixedNormFolding()), model), model);
  }

  @Test
  void section63FinalNormBeforeATiedHeadStays() {
    ResidualModel model = models.sequential().withNorms(norm -> powerNorm(norm, 0));
    ResidualModel folded = run(PassPipeline.of(new FixedNormFolding()), model);
    assertThat(folded.finalNorm()).isEqualTo(model.finalNorm());
    assertThat(folded.head()).isEqualTo(model.head());
    assertSame(folded, model);
  }

  @Test
  void section72LayerNormScalingFoldsIntoThePlainModel() {
    ResidualModel model =
        models.withGains().withBranches(branch -> branch.withResidualGainFolded(layer -> layer));
    ResidualModel folded = run(PassPipeline.of(new GainFolding()), model);
    for (int i = 0; i < 4; i++) {
      int layer = i / 2 + 1;
      double[] gamma = scale(model.branches().get(i).norm());
      double[] beta = shift(model.branches().get(i).norm());
      NormWeights norm = folded.branches().get(i).norm();
      for (int k = 0; k < gamma.length; k++) {
        assertThat(Math.abs(scale(norm)[k] - gamma[k] / Math.sqrt(layer))).isLessThan(1e-15);
        assertThat(Math.abs(shift(norm)[k] - beta[k] / Math.sqrt(layer))).isLessThan(1e-15);
      }
    }
    assertThat(folded.branches()).allMatch(branch -> branch.normGain() == 1);
    assertThat(folded.finalNorm()).isEqualTo(model.finalNorm());
    assertSame(folded, model);
    assertThatThrownBy(() -> GainFolding.layerNormScaling(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void section81SigmaIsTheSpectralNormAfterwards() {
    LinearWeights layer = models.linear("l", 9, 6);
    double[] u = models.numbers(6, 0, 1);
    for (int i = 0; i < 1000; i++) {
      u = converged(layer.weight(), u);
    }
    SigmaReparam sigma = new SigmaReparam(1.7, u);
    Weights effective = sigma.effective(layer.weight());
    double norm = new SigmaReparam(1, u).spectralNorm(effective);
    assertThat(Math.abs(norm - 1.7)).isLessThan(1e-12);
  }

  /** {@code W' W u}, scaled to length 1. */
  static double[] converged(Weights weight, double[] u) {
    double[] next = new double[u.length];
    double[] row = new double[u.length];
    for (int r = 0; r < weight.rows(); r++) {
      weight.readRow(r, row);
      double product = 0;
      for (int i = 0; i < row.length; i++) {
        product += row[i] * u[i];
      }
      for (int i = 0; i < row.length; i++) {
        next[i] += product * row[i];
      }
    }
    double squares = 0;
    for (double value : next) {
      squares += value * value;
    }
    for (int i = 0; i < next.length; i++) {
      next[i] /= Math.sqrt(squares);
    }
    return next;
  }

  @Test
  void section81SigmaReparamRefusesWeightsOfZeros() {
    Weights zeros = Weights.of(new double[6], 2, 3);
    assertThatThrownBy(() -> new SigmaReparam(1, new double[] {1, 1, 1}).effective(zeros))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("spectral norm of 0.0");
    assertThatThrownBy(() -> new SigmaReparam(1, new double[2]).effective(zeros))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 numbers for 3 inputs");
  }

  @Test
  void section81StandardizedRowsHaveZeroMeanAndUnitVariance() {
    Weights stored = models.linear("l", 4, 30).weight();
    WeightStandardization standardization =
        new WeightStandardization(WeightStandardization.Guard.IN_ROOT, 1e-12);
    Weights effective = standardization.effective(stored);
    double[] row = new double[30];
    for (int r = 0; r < 4; r++) {
      effective.readRow(r, row);
      double sum = 0;
      double squares = 0;
      for (double value : row) {
        sum += value;
        squares += value * value;
      }
      assertThat(Math.abs(sum)).isLessThan(1e-12);
      assertThat(Math.abs(squares / 29 - 1)).isLessThan(1e-10);
    }
    assertThat(distance(standardization.effective(effective), effective)).isLessThan(1e-10);
  }

  @Test
  void section81StandardizingTwiceChangesNothing() {
    Weights stored = models.linear("l", 4, 30).weight();
    double epsilon = 1e-5;
    for (WeightStandardization.Guard guard : WeightStandardization.Guard.values()) {
      WeightStandardization standardization = new WeightStandardization(guard, epsilon);
      Weights once = standardization.effective(stored);
      double[] twice = standardization.effective(once).toArray();
      double[] expected = once.toArray();
      for (int i = 0; i < twice.length; i++) {
        // Both guards move a deviation of about one by about epsilon.
        assertThat(Math.abs(twice[i] - expected[i]))
            .isLessThan(20 * epsilon * Math.abs(expected[i]) + 1e-14);
      }
    }
  }

  @Test
  void section81ScaledStandardizationGivesRowsOfTheGainsLength() {
    Weights stored = models.linear("l", 4, 30).weight();
    double[] gain = {0.5, 1, 1.5, -2};
    Weights effective =
        new ScaledWeightStandardization(gain, ScaledWeightStandardization.Guard.NONE, 0)
            .effective(stored);
    double[] row = new double[30];
    for (int r = 0; r < gain.length; r++) {
      effective.readRow(r, row);
      double sum = 0;
      double squares = 0;
      for (double value : row) {
        sum += value;
        squares += value * value;
      }
      assertThat(Math.abs(sum)).isLessThan(1e-12);
      assertThat(Math.abs(Math.sqrt(squares) - Math.abs(gain[r]))).isLessThan(1e-12);
    }
  }

  @Test
  void section81CompandedWeightsAreBoundedOddAndLinearNearZero() {
    double[] weights = {1e9, -1e9, 0.7, -0.7, 1e-9, 0};
    double[] y = new WeightCompander(3, 0.5).effective(Weights.of(weights, 2, 3)).toArray();
    assertThat(y[0]).isGreaterThan(3 * Math.PI / 2 - 1e-8).isLessThanOrEqualTo(3 * Math.PI / 2);
    assertThat(y[1]).isEqualTo(-y[0]);
    assertThat(y[3]).isEqualTo(-y[2]);
    assertThat(Math.abs(y[4] - 3 / 0.5 * 1e-9)).isLessThan(1e-22);
    assertThat(y[5]).isZero();
  }

  @Test
  void section81MaterializationComputesEachReparametrization() {
    ResidualModel plain = models.sequential();
    Random random = new Random(5);
    UnaryOperator<LinearWeights> reparametrize =
        layer ->
            new LinearWeights(
                layer.name(),
                layer.weight(),
                layer.bias(),
                switch (random.nextInt(4)) {
                  case 0 -> new SigmaReparam(1.3, models.numbers(layer.weight().columns(), 0, 1));
                  case 1 ->
                      new WeightStandardization(WeightStandardization.Guard.OUTSIDE_ROOT, 1e-5);
                  case 2 ->
                      new ScaledWeightStandardization(
                          models.numbers(layer.weight().rows(), 1, 0.2),
                          ScaledWeightStandardization.Guard.FLOOR,
                          1e-4);
                  default -> new WeightCompander(0.7, 0.5);
                });
    ResidualModel model =
        plain.withBranches(branch -> branch.withReaders(reparametrize).withWriters(reparametrize));
    PassResult result = PassPipeline.of(new Materialization()).run("m", model);
    assertThat(result.steps()).hasSize(8);
    assertThat(Conditions.linears(result.model()))
        .allMatch(layer -> layer.reparametrization() == null);
    assertSame(result.model(), model);
    assertSame(run(PassPipeline.toCompressedRmsNorm(), model), model);
  }

  @Test
  void section81MaterializationNamesTheLayerThatCannotBeComputed() {
    LinearWeights zeros = LinearWeights.of("zeros", Weights.of(new double[6], 2, 3), null);
    ResidualModel model =
        models
            .sequential()
            .withHead(
                new LinearWeights(
                    "zeros", zeros.weight(), null, new SigmaReparam(1, new double[] {1, 1, 1})))
            .withState(RandomModels.WIDTH, false, false);
    assertThatThrownBy(() -> PassPipeline.of(new Materialization()).run("m", model))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("zeros: ");
  }

  @Test
  void section65Item3FoldedLayersGiveWhatNormAndLayerGive() {
    int width = RandomModels.WIDTH;
    LinearWeights layer = models.linear("l", 5, width);
    float[] weight = floats(models.numbers(width, 1, 0.3));
    float[] bias = floats(models.numbers(width, 0, 1));
    float[] phi = floats(statistics());
    NormWeights norm =
        NormWeights.powerNorm(
            "n", Rows.doubles(weight), Rows.doubles(bias), Rows.doubles(phi), 4, 1e-5);
    LinearWeights folded = Folding.intoNext(layer, norm.scale(), norm.shift());
    float[] x = floats(models.numbers(3 * width, 0, 2));
    float[] normalized = x.clone();
    PowerNorm.withGroups(weight, bias, phi, 4, 1e-5).apply(normalized);
    float[] scaled = x.clone();
    PowerNorm.groupScaling(width, 4, 1e-5).apply(scaled);
    try (NativeMemory memory = new NativeMemory()) {
      float[] expected = linear(layer, memory).forward(normalized, 3);
      Tolerance.single(linear(folded, memory).forward(scaled, 3), Rows.doubles(expected), 5);
    }
  }

  private static Linear linear(LinearWeights layer, NativeMemory memory) {
    return LinearFormat.floatingPoint(DType.F32)
        .build(layer.weight().toMatrix(), floats(bias(layer)), memory, Team.alone());
  }

  private static float[] floats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  @Test
  void computedMatricesAreReadInEveryDirection() {
    LinearWeights layer = Centring.writer(models.linear("l", 7, 5));
    float[] values = floats(layer.weight().toArray());
    WeightMatrix expected = StoredMatrix.of(values, 7, 5);
    WeightMatrix actual = layer.weight().toMatrix();
    assertThat(actual.type()).isEqualTo(DType.F32);
    float[] a = new float[60];
    float[] b = new float[60];
    for (WeightMatrix matrix : List.of(expected, actual)) {
      float[] target = matrix == expected ? a : b;
      matrix.readRow(3, target, 1);
      matrix.readColumn(2, target, 10);
      matrix.readRows(2, 4, target, 20);
    }
    assertThat(b).containsExactly(a);
    assertThatThrownBy(() -> actual.readRows(5, 3, a, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(Weights.of(expected).toMatrix()).isSameAs(expected);
  }

  @Test
  void weightsOfACheckpointAreReadByRowsAndColumns() {
    float[] values = {1, 2, 3, 4, 5, 6};
    Weights weights = Weights.of(StoredMatrix.of(values, 2, 3));
    assertThat(weights.toArray()).containsExactly(1, 2, 3, 4, 5, 6);
    double[] column = new double[2];
    weights.readColumn(1, 0, 2, column);
    assertThat(column).containsExactly(2, 5);
    assertThat(weights.quantized()).isFalse();
  }

  @Test
  void theReportNamesWhatChanged() {
    PassResult result = PassPipeline.toCompressedRmsNorm().run("m", models.sequential());
    assertThat(result.steps())
        .contains(
            new PassStep("untying of the head", "head", "has weights of its own"),
            new PassStep("LayerNorm to RMSNorm", "tokens", "rows centred"),
            new PassStep("LayerNorm to RMSNorm", "f1.proj", "outputs centred"),
            new PassStep("folding of norm weights", "f1.fc", "f1.norm folded in"),
            new PassStep("RMSNorm to CRMSNorm", "f1.proj", "last output dropped"));
  }

  @Test
  void lengthsAreChecked() {
    LinearWeights layer = models.linear("l", 3, 2);
    refused("scale has 3 numbers", () -> Folding.intoNext(layer, new double[3], null));
    refused("shift has 1 numbers", () -> Folding.intoNext(layer, null, new double[1]));
    refused("scale has 2 numbers", () -> Folding.intoPrevious(layer, new double[2], null));
    refused("5 numbers", () -> Weights.of(new double[5], 2, 3));
    refused("1 biases", () -> LinearWeights.of("l", layer.weight(), new double[1]));
    refused("width 2", () -> NormWeights.layerNorm("n", new double[2], new double[3], 0));
    refused(
        "2 statistics",
        () -> NormWeights.unifiedNorm("n", new double[3], new double[3], new double[2], 1e-5));
    double[] negative = {-1};
    double[] one = {1};
    refused("Statistic 0 of n is -1", () -> NormWeights.powerNorm("n", one, one, negative, 0, 0));
    refused("b is 0", () -> new WeightCompander(1, 0));
    refused(
        "epsilon is 0", () -> new WeightStandardization(WeightStandardization.Guard.IN_ROOT, 0));
    refused(
        "one weight",
        () ->
            new WeightStandardization(WeightStandardization.Guard.IN_ROOT, 1e-5)
                .effective(Weights.of(one, 1, 1)));
    refused(
        "gain has 1 numbers",
        () ->
            new ScaledWeightStandardization(one, ScaledWeightStandardization.Guard.FLOOR, 1e-4)
                .effective(layer.weight()));
  }

  private static void refused(String message, Runnable code) {
    assertThatThrownBy(code::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
