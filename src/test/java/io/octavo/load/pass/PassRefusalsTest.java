package io.octavo.load.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.UnsupportedModelException;
import io.octavo.tensor.CodedMatrix;
import io.octavo.tensor.SourceGuard;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Section 5.4 of the systems reference: what a pass refuses, and the order of section 10.1. */
class PassRefusalsTest {
  private final RandomModels models = new RandomModels(9);
  private final LayerNormToRmsNorm toRmsNorm = new LayerNormToRmsNorm();
  private final RmsNormToCompressed toCompressed = new RmsNormToCompressed();

  private ResidualModel untied() {
    return models.sequential().withState(RandomModels.WIDTH, false, false);
  }

  /** The model with one branch placed otherwise: of a mixture, one suffices. */
  private ResidualModel placed(Placement placement) {
    return untied()
        .withBranches(
            branch ->
                branch.name().equals("f0")
                    ? new Branch(
                        branch.name(),
                        placement,
                        branch.norm(),
                        1,
                        branch.readers(),
                        branch.writers(),
                        null)
                    : branch);
  }

  @Test
  void theModelItselfIsLegal() {
    assertThat(toRmsNorm.refusal(untied())).isNull();
  }

  @Test
  void section54PostNormAndMixLnAreRefused() {
    assertThat(toRmsNorm.refusal(placed(Placement.POST)))
        .isEqualTo(
            "f0 is post-norm: the output of f0.norm feeds the stream, and its mean is not zero");
    assertThat(toCompressed.refusal(placed(Placement.POST))).contains("f0 is post-norm");
  }

  @Test
  void section54SandwichIsRefused() {
    assertThat(toRmsNorm.refusal(placed(Placement.SANDWICH))).contains("f0 is a sandwich");
    assertThat(toCompressed.refusal(placed(Placement.SANDWICH))).contains("f0 is a sandwich");
  }

  @Test
  void section54DeepNormOfGlmIsRefused() {
    assertThat(toRmsNorm.refusal(placed(Placement.DEEP))).contains("deep-norm of GLM's order");
    assertThat(toCompressed.refusal(placed(Placement.DEEP))).contains("deep-norm");
  }

  @Test
  void section54EmbeddingNormWithWeightsIsRefused() {
    ResidualModel model = untied();
    ResidualModel bloom = withEmbeddingNorm(model, models.layerNorm("first"));
    assertThat(toRmsNorm.refusal(bloom))
        .isEqualTo("first feeds the stream with vectors whose mean is not zero");
    assertThat(new NormWeightFolding().refusal(bloom)).contains("more than one reader");
    NormWeights plain =
        new NormWeights("first", NormKind.LAYER_NORM, RandomModels.WIDTH, null, null, 1e-5, 1);
    assertThat(toRmsNorm.refusal(withEmbeddingNorm(model, plain))).isNull();
  }

  private static ResidualModel withEmbeddingNorm(ResidualModel model, NormWeights norm) {
    return new ResidualModel(
        model.width(),
        model.embeddings(),
        model.projections(),
        norm,
        model.branches(),
        model.finalNorm(),
        model.head(),
        false,
        false);
  }

  @Test
  void section54TiedHeadIsRefused() {
    assertThat(toRmsNorm.refusal(models.sequential()))
        .contains("tied to the embedding")
        .contains("untie it");
    assertThat(new NormWeightFolding().refusal(models.sequential())).contains("untie it first");
    ResidualModel compressible = models.withBranchNorms(NormWeights::withoutAffine);
    ResidualModel tied =
        compressible
            .withNorms(norm -> norm.as(NormKind.RMS_NORM))
            .withState(RandomModels.WIDTH, true, true);
    assertThat(toCompressed.refusal(tied)).contains("compressed in different ways");
  }

  @Test
  void section54RmsModelsAreRefused() {
    ResidualModel llama = untied().withNorms(norm -> norm.as(NormKind.RMS_NORM));
    assertThat(toRmsNorm.refusal(llama)).contains("a0.norm is RMSNorm already");
    ResidualModel folded = llama.withNorms(NormWeights::withoutAffine);
    assertThat(toCompressed.refusal(folded)).contains("the mean of the stream is not zero");
  }

  @Test
  void section54OtherNormsAreRefused() {
    ResidualModel power = untied().withNorms(norm -> norm.as(NormKind.FIXED));
    assertThat(toRmsNorm.refusal(power)).isEqualTo("a0.norm is a fixed map, not LayerNorm");
    assertThat(toCompressed.refusal(untied())).isEqualTo("a0.norm is LayerNorm, not RMSNorm");
    assertThat(new FixedNormFolding().refusal(untied())).contains("depends on the token");
  }

  @Test
  void section54ModelsWithoutAFinalNormAreRefused() {
    ResidualModel model = untied();
    assertThat(toRmsNorm.refusal(model.withEnd(null, model.head())))
        .contains("head reads the stream without a norm");
  }

  @Test
  void section54GainsHaveToBeFoldedFirst() {
    ResidualModel gains = models.withGains().withState(RandomModels.WIDTH, false, false);
    assertThat(toRmsNorm.refusal(gains)).contains("a0 has a gain on its output");
    ResidualModel scaled =
        gains.withBranches(branch -> branch.withResidualGainFolded(layer -> layer));
    assertThat(toRmsNorm.refusal(scaled)).startsWith("a1 has a factor on its norm");
  }

  @Test
  void section54ReparametrizedWeightsHaveToBeComputedFirst() {
    ResidualModel model =
        untied()
            .withBranches(
                branch ->
                    branch.withWriters(
                        layer ->
                            new LinearWeights(
                                layer.name(),
                                layer.weight(),
                                layer.bias(),
                                new WeightCompander(1, 1))));
    assertThat(toRmsNorm.refusal(model)).contains("a0.proj is still reparametrized");
  }

  @Test
  void section54QuantizedWeightsAreRefused() {
    CodedMatrix codes =
        CodedMatrix.of(
            MemorySegment.ofArray(new byte[4]), new float[] {1, 1}, 2, "f", "p", SourceGuard.NONE);
    ResidualModel model =
        untied()
            .withBranches(
                branch ->
                    branch.withWriters(
                        layer -> LinearWeights.of(layer.name(), Weights.of(codes), null)));
    assertThat(toRmsNorm.refusal(model)).contains("a0.proj is quantized");
    assertThat(new GainFolding().refusal(model)).contains("quantized");
  }

  @Test
  void section63NormsWithASecondReaderDoNotFold() {
    for (Placement placement : List.of(Placement.POST, Placement.DEEP)) {
      ResidualModel model = placed(placement).withNorms(norm -> norm.as(NormKind.FIXED));
      assertThat(new FixedNormFolding().refusal(model)).contains("more than one reader");
      assertThat(new NormWeightFolding().refusal(model)).contains("more than one reader");
    }
    ResidualModel sandwich = placed(Placement.SANDWICH).withNorms(n -> n.as(NormKind.FIXED));
    assertThat(new FixedNormFolding().refusal(sandwich)).isNull();
  }

  @Test
  void section101TheOrderIsHeld() {
    assertThatThrownBy(() -> PassPipeline.of(toRmsNorm, new GainFolding()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The folding of gains comes after the LayerNorm to RMSNorm; it has to come before it");
    assertThatThrownBy(() -> PassPipeline.of(toCompressed, toRmsNorm))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PassPipeline.of(new HeadUntying(), new Materialization()))
        .isInstanceOf(IllegalArgumentException.class);
    PassPipeline.of(
        new Materialization(),
        new FixedNormFolding(),
        new GainFolding(),
        new HeadUntying(),
        new NormWeightFolding());
  }

  @Test
  void section101AnIllegalPassFailsLoudly() {
    assertThatThrownBy(
            () -> PassPipeline.toRmsNorm().run("model.safetensors", placed(Placement.POST)))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("model.safetensors")
        .hasMessageContaining("\"LayerNorm to RMSNorm\" is not possible: f0 is post-norm");
  }
}
