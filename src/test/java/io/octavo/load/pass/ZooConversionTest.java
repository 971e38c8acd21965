package io.octavo.load.pass;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octavo.load.CheckpointTensor;
import io.octavo.load.SafetensorsCheckpoint;
import io.octavo.tensor.StoredMatrix;
import io.octavo.testing.TestData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The passes on small trained models, which others have converted and run in double precision: the
 * weights are theirs, and so are the logits.
 */
class ZooConversionTest {
  private static final String ZOO = "models/zoo/";
  private static final int LAYERS = 4;
  private static final int HEADS = 4;

  static SafetensorsCheckpoint open(String name) {
    return SafetensorsCheckpoint.open(TestData.file(ZOO + name + "/model.safetensors"));
  }

  private static JsonNode json(String name, String file) {
    try {
      return new ObjectMapper().readTree(TestData.file(ZOO + name + "/" + file).toFile());
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  private static Weights rows(SafetensorsCheckpoint checkpoint, String name) {
    CheckpointTensor tensor = checkpoint.tensor(name);
    int rows = Math.toIntExact(tensor.shape().getFirst());
    int columns = Math.toIntExact(tensor.shape().getLast());
    return Weights.of(StoredMatrix.byRows(tensor.data(), tensor.type(), rows, columns));
  }

  private static double[] vector(SafetensorsCheckpoint checkpoint, String name) {
    CheckpointTensor tensor = checkpoint.tensor(name);
    int length = 1;
    for (long size : tensor.shape()) {
      length *= Math.toIntExact(size);
    }
    return Weights.of(StoredMatrix.byRows(tensor.data(), tensor.type(), 1, length)).toArray();
  }

  private static double @Nullable [] bias(SafetensorsCheckpoint checkpoint, String name) {
    return checkpoint.names().contains(name + ".bias") ? vector(checkpoint, name + ".bias") : null;
  }

  private static LinearWeights linear(SafetensorsCheckpoint checkpoint, String name) {
    Weights weight = rows(checkpoint, name + ".weight");
    SigmaReparam sigma =
        checkpoint.names().contains(name + ".sigma")
            ? new SigmaReparam(
                vector(checkpoint, name + ".sigma")[0],
                vector(checkpoint, name + ".spectral_normed_weight.u"))
            : null;
    return new LinearWeights(name, weight, bias(checkpoint, name), sigma);
  }

  /** GPT-2's {@code [in, out]} weights. */
  private static LinearWeights transposed(SafetensorsCheckpoint checkpoint, String name) {
    CheckpointTensor tensor = checkpoint.tensor(name + ".weight");
    int inputs = Math.toIntExact(tensor.shape().getFirst());
    int outputs = Math.toIntExact(tensor.shape().getLast());
    StoredMatrix matrix = StoredMatrix.byColumns(tensor.data(), tensor.type(), outputs, inputs);
    return LinearWeights.of(name, Weights.of(matrix), bias(checkpoint, name));
  }

  private static NormWeights layerNorm(SafetensorsCheckpoint checkpoint, String name) {
    return NormWeights.layerNorm(
        name, vector(checkpoint, name + ".weight"), vector(checkpoint, name + ".bias"), 1e-5);
  }

  static ResidualModel gpt2(SafetensorsCheckpoint checkpoint) {
    List<Branch> branches = new ArrayList<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      String h = "transformer.h." + layer + ".";
      branches.add(
          Branch.preNorm(
              h + "attn",
              layerNorm(checkpoint, h + "ln_1"),
              List.of(transposed(checkpoint, h + "attn.c_attn")),
              List.of(transposed(checkpoint, h + "attn.c_proj"))));
      branches.add(
          Branch.preNorm(
              h + "mlp",
              layerNorm(checkpoint, h + "ln_2"),
              List.of(transposed(checkpoint, h + "mlp.c_fc")),
              List.of(transposed(checkpoint, h + "mlp.c_proj"))));
    }
    Weights tokens = rows(checkpoint, "transformer.wte.weight");
    return new ResidualModel(
        tokens.columns(),
        List.of(
            new EmbeddingWeights("transformer.wte", tokens),
            new EmbeddingWeights("transformer.wpe", rows(checkpoint, "transformer.wpe.weight"))),
        List.of(),
        null,
        branches,
        layerNorm(checkpoint, "transformer.ln_f"),
        LinearWeights.of("lm_head", tokens, null),
        true,
        false);
  }

  /** fairseq's and OPT's names; the first positions are skipped. */
  static ResidualModel fairseq(
      SafetensorsCheckpoint checkpoint, String prefix, String lastNorm, int skippedPositions) {
    List<Branch> branches = new ArrayList<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      String h = prefix + "layers." + layer + ".";
      branches.add(
          Branch.preNorm(
              h + "self_attn",
              norm(checkpoint, h + "self_attn_layer_norm"),
              List.of(
                  linear(checkpoint, h + "self_attn.q_proj"),
                  linear(checkpoint, h + "self_attn.k_proj"),
                  linear(checkpoint, h + "self_attn.v_proj")),
              List.of(linear(checkpoint, h + "self_attn.out_proj"))));
      LinearWeights first = linear(checkpoint, h + "fc1");
      branches.add(
          Branch.preNorm(
              h + "fc",
              norm(checkpoint, h + "final_layer_norm"),
              List.of(
                  new LinearWeights(
                      h + "fc", first.weight(), first.bias(), first.reparametrization())),
              List.of(linear(checkpoint, h + "fc2"))));
    }
    Weights tokens = rows(checkpoint, prefix + "embed_tokens.weight");
    Weights positions = rows(checkpoint, prefix + "embed_positions.weight");
    double[] all = positions.toArray();
    int skipped = skippedPositions * positions.columns();
    double[] used = Arrays.copyOfRange(all, skipped, all.length);
    return new ResidualModel(
        tokens.columns(),
        List.of(
            new EmbeddingWeights("tokens", tokens),
            new EmbeddingWeights(
                "positions", Weights.of(used, used.length / tokens.columns(), tokens.columns()))),
        List.of(),
        null,
        branches,
        norm(checkpoint, prefix + lastNorm),
        LinearWeights.of("head", tokens, null),
        true,
        false);
  }

  private static NormWeights norm(SafetensorsCheckpoint checkpoint, String name) {
    double[] weight = vector(checkpoint, name + ".weight");
    double[] bias = vector(checkpoint, name + ".bias");
    if (checkpoint.names().contains(name + ".running_phi")) {
      double[] phi = vector(checkpoint, name + ".running_phi");
      return NormWeights.powerNorm(name, weight, bias, phi, 0, 1e-5);
    }
    if (checkpoint.names().contains(name + ".running_var")) {
      double[] statistics = vector(checkpoint, name + ".running_var");
      return NormWeights.unifiedNorm(name, weight, bias, statistics, 1e-5);
    }
    return NormWeights.layerNorm(name, weight, bias, 1e-5);
  }

  /** The last token's logits are those of the model's own reference. */
  private static void assertReference(ResidualModel model, String name, boolean relu) {
    JsonNode reference = json(name, "reference.json");
    int[] tokens = new int[reference.path("prompt_ids").size()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = reference.path("prompt_ids").get(i).intValue();
    }
    DoubleDecoder decoder =
        relu ? DoubleDecoder.relu(model, HEADS) : DoubleDecoder.gelu(model, HEADS);
    double[] logits = decoder.logits(tokens)[tokens.length - 1];
    JsonNode expected = reference.path("logits_last");
    assertThat(expected.size()).isEqualTo(logits.length);
    for (int i = 0; i < logits.length; i++) {
      assertThat(Math.abs(logits[i] - expected.get(i).doubleValue()))
          .as("[%d]", i)
          .isLessThan(1e-7);
    }
  }

  /** Rounded to float32, the weights are those of a checkpoint, to a unit in the last place. */
  private static void assertStored(ResidualModel model, SafetensorsCheckpoint checkpoint) {
    for (EmbeddingWeights embedding : model.embeddings()) {
      assertRounded(embedding.rows(), rows(checkpoint, embedding.name() + ".weight"));
    }
    for (LinearWeights layer : Conditions.linears(model)) {
      boolean head = layer.name().equals("lm_head");
      LinearWeights stored =
          head ? linear(checkpoint, "lm_head") : transposed(checkpoint, layer.name());
      assertRounded(layer.weight(), stored.weight());
      double[] bias = layer.bias();
      assertThat(bias == null).isEqualTo(stored.bias() == null);
      if (bias != null) {
        double[] expected = Objects.requireNonNull(stored.bias());
        assertRounded(Weights.of(bias, 1, bias.length), Weights.of(expected, 1, expected.length));
      }
    }
  }

  private static void assertRounded(Weights actual, Weights stored) {
    double[] values = actual.toArray();
    double[] expected = stored.toArray();
    assertThat(values).hasSameSizeAs(expected);
    int equal = 0;
    double largest = 0;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < values.length; i++) {
      float rounded = (float) values[i];
      // Sums in another order differ by doubles' rounding, which near zero is many units of a
      // float.
      double allowed = Math.ulp(rounded) + 1e-14 * largest;
      assertThat(Math.abs(rounded - expected[i])).as("[%d]", i).isLessThanOrEqualTo(allowed);
      equal += rounded == (float) expected[i] ? 1 : 0;
    }
    assertThat(equal).isGreaterThanOrEqualTo((int) (0.99 * values.length));
  }

  @Test
  void section52ConvertedGpt2HasTheWeightsOfTheConvertedCheckpoint() {
    try (SafetensorsCheckpoint original = open("gpt2-preln");
        SafetensorsCheckpoint expected = open("gpt2-prerms")) {
      ResidualModel model = gpt2(original);
      ResidualModel rms = PassPipeline.toRmsNorm().run("gpt2-preln", model).model();
      assertStored(rms, expected);
      for (NormWeights norm : Conditions.norms(rms)) {
        assertThat(norm.kind()).isEqualTo(NormKind.RMS_NORM);
        assertThat(norm.scale()).containsExactly(vector(expected, norm.name() + ".weight"));
        assertThat(norm.shift()).containsExactly(vector(expected, norm.name() + ".bias"));
      }
    }
  }

  @Test
  void section53CompressedGpt2HasTheWeightsOfTheConvertedCheckpoint() {
    try (SafetensorsCheckpoint original = open("gpt2-preln");
        SafetensorsCheckpoint expected = open("gpt2-crms")) {
      ResidualModel model = gpt2(original);
      ResidualModel crms = PassPipeline.toCompressedRmsNorm().run("gpt2-preln", model).model();
      assertStored(crms, expected);
      assertThat(crms.width())
          .isEqualTo(json("gpt2-crms", "config.json").path("residual_width").intValue());
    }
  }

  @Test
  void section52Gpt2KeepsItsLogits() {
    try (SafetensorsCheckpoint checkpoint = open("gpt2-preln")) {
      ResidualModel model = gpt2(checkpoint).withBranches(ZooConversionTest::renamed);
      assertConversions(model, "gpt2-preln", false);
    }
  }

  /** Feed-forward parts by the name that {@link DoubleDecoder} knows. */
  static Branch renamed(Branch branch) {
    return branch.withReaders(
        layer ->
            layer.name().endsWith("c_fc")
                ? LinearWeights.of("fc", layer.weight(), layer.bias())
                : layer);
  }

  @Test
  void section52OptKeepsItsLogits() {
    try (SafetensorsCheckpoint checkpoint = open("opt")) {
      ResidualModel model = fairseq(checkpoint, "model.decoder.", "final_layer_norm", 2);
      assertConversions(model, "opt", true);
    }
  }

  private static void assertConversions(ResidualModel model, String name, boolean relu) {
    assertReference(model, name, relu);
    assertReference(PassPipeline.toRmsNorm().run(name, model).model(), name, relu);
    assertReference(PassPipeline.toCompressedRmsNorm().run(name, model).model(), name, relu);
  }

  @Test
  void section81SigmaReparamKeepsItsLogits() {
    try (SafetensorsCheckpoint checkpoint = open("sigmareparam")) {
      ResidualModel model = fairseq(checkpoint, "decoder.", "layer_norm", 0);
      PassResult result = PassPipeline.of(new Materialization()).run("sigmareparam", model);
      assertThat(result.steps()).hasSize(LAYERS * 6);
      assertReference(result.model(), "sigmareparam", false);
    }
  }

  @Test
  void section63PowerNormKeepsItsLogits() {
    assertFolded("powernorm");
  }

  @Test
  void section66UnifiedNormKeepsItsLogits() {
    assertFolded("unifiednorm");
  }

  private static void assertFolded(String name) {
    try (SafetensorsCheckpoint checkpoint = open(name)) {
      ResidualModel model = fairseq(checkpoint, "decoder.", "layer_norm", 0);
      assertReference(model, name, false);
      ResidualModel folded = PassPipeline.of(new FixedNormFolding()).run(name, model).model();
      assertThat(folded.branches()).noneMatch(branch -> branch.norm().affine());
      assertReference(folded, name, false);
    }
  }

  @Test
  void section63PowerNormWithGroupScalingKeepsItsLogits() {
    try (SafetensorsCheckpoint checkpoint = open("powernorm-gs")) {
      ResidualModel model =
          fairseq(checkpoint, "decoder.", "layer_norm", 0)
              .withNorms(
                  norm ->
                      new NormWeights(
                          norm.name(),
                          NormKind.GROUP_SCALING,
                          norm.width(),
                          norm.scale(),
                          norm.shift(),
                          1e-5,
                          4));
      assertReference(model, "powernorm-gs", false);
      ResidualModel folded = PassPipeline.of(new FixedNormFolding()).run("m", model).model();
      assertThat(folded.branches()).noneMatch(branch -> branch.norm().affine());
      assertReference(folded, "powernorm-gs", false);
    }
  }

  /**
   * The published code takes one power step at evaluation. Converged, the spectral norm of trained
   * weights is another, if by little: a layer divided by that would be another model.
   */
  @Test
  void section81OneStepIsNotTheConvergedNorm() {
    try (SafetensorsCheckpoint checkpoint = open("sigmareparam")) {
      double largest = 0;
      for (int layer = 0; layer < LAYERS; layer++) {
        String name = "decoder.layers." + layer + ".fc1";
        Weights stored = rows(checkpoint, name + ".weight");
        double sigma = vector(checkpoint, name + ".sigma")[0];
        double[] u = vector(checkpoint, name + ".spectral_normed_weight.u");
        Weights effective = new SigmaReparam(sigma, u).effective(stored);
        double[] converged = u;
        for (int i = 0; i < 300; i++) {
          converged = PassPropertiesTest.converged(stored, converged);
        }
        double norm = new SigmaReparam(1, converged).spectralNorm(effective);
        assertThat(norm / Math.abs(sigma)).isBetween(1 - 1e-12, 1.01);
        largest = Math.max(largest, norm / Math.abs(sigma) - 1);
      }
      assertThat(largest).isGreaterThan(1e-7);
    }
  }
}
