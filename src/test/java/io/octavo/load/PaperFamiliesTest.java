package io.octavo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.LanguageModel;
import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.generate.TokenSequenceState;
import io.octavo.model.BlockPlacement;
import io.octavo.model.DecoderDescriptor;
import io.octavo.tensor.DType;
import io.octavo.testing.EditedCheckpoint;
import io.octavo.testing.ZooModel;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The families of the papers' models: what their configurations and tensors may say, and what is
 * refused by name. Sections 6 and 7 of the systems reference.
 */
class PaperFamiliesTest {
  private static final LoadOptions FLOAT = LoadOptions.defaults().withFloatingPoint(DType.F32);

  private static EditedCheckpoint edited(String zoo) {
    return EditedCheckpoint.of(ZooModel.of(zoo).folder());
  }

  private static DecoderDescriptor shape(EditedCheckpoint edited) {
    try (LanguageModel model = LanguageModel.load(edited.source(), FLOAT)) {
      return (DecoderDescriptor) model.report().descriptor();
    }
  }

  private static float[] logits(EditedCheckpoint edited, int... tokens) {
    try (LanguageModel model = LanguageModel.load(edited.source(), FLOAT);
        TokenSequenceState sequence = model.tokens().open()) {
      sequence.append(tokens);
      return sequence.logits().clone();
    }
  }

  private static void refused(EditedCheckpoint edited, Class<?> type, String... message) {
    assertThatThrownBy(() -> LanguageModel.load(edited.source(), FLOAT).close())
        .isInstanceOf(type)
        .satisfies(problem -> assertThat(problem.getMessage()).contains(message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpt2-preln | norm | \"batchnorm\"",
        "gpt2-prerms | norm_bias | false",
        "gpt2-prerms | residual_width | 64",
        "gpt2-crms | norm_affine_folded | false",
        "llama-rms | placement | \"sideways\"",
        "llama-rms | norm | \"layernorm\"",
        "mixln | placement | \"mixed\"",
        "periln | placement | \"pre\"",
        "periln | key_convention | \"llama\"",
        "periln | rms_norm_weight_offset | 1.0",
        "periln | embedding_scale | 2.0",
        "periln | attn_logit_softcapping | 50.0",
        "periln | sliding_window | 64",
        "powernorm | norm | \"batchnorm\"",
        "powernorm | norm_statistic | \"running_var\"",
        "powernorm | placement | \"deepnorm-glm\"",
        "powernorm | bias | false",
        "powernorm | activation_function | \"gelu_wide\"",
        "unifiednorm | norm_statistic | \"running_phi\"",
        "sigmareparam | reparametrization | \"weight-norm\"",
        "sigmareparam | power_iterations_at_load | 2",
        "tokenformer | norm_activation_type | \"l1_norm\"",
        "tokenformer | rope_style | \"interleaved\"",
        "tokenformer | block_norm | \"rmsnorm\"",
        "tokenformer | gelu | \"tanh\"",
        "widenet | experts_per_token | 2",
        "widenet | expert_capacity | 1.2",
        "widenet | share_moe | false",
        "widenet | expert_output_times_probability | false",
        "widenet | norm | \"rmsnorm\""
      })
  void unknownValuesAreRefusedByName(String zoo, String field, String value) {
    refused(
        edited(zoo).field(field, value),
        UnsupportedModelException.class,
        field,
        value.replace("\"", ""));
  }

  @ParameterizedTest
  @CsvSource({"powernorm,running_phi", "powernorm-gs,running_phi", "unifiednorm,running_var"})
  void section61MissingStatisticsAreRefused(String zoo, String statistic) {
    for (String norm : List.of("decoder.layers.2.final_layer_norm.", "decoder.layer_norm.")) {
      refused(edited(zoo).without(norm + statistic), CheckpointException.class, norm + statistic);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0f, -1e-3f, Float.NaN, Float.POSITIVE_INFINITY})
  void section61StatisticsAreChecked(float damaged) {
    for (String zoo : List.of("powernorm", "unifiednorm")) {
      String name =
          "decoder.layers.1.self_attn_layer_norm."
              + (zoo.equals("powernorm") ? "running_phi" : "running_var");
      EditedCheckpoint edited = edited(zoo);
      float[] values = edited.values(name);
      values[77] = damaged;
      refused(
          edited.values(name, values),
          CheckpointException.class,
          name,
          "mean square 77 is " + damaged,
          "above 0 and finite");
    }
  }

  @Test
  void section61StatisticsOfNoTrainingAreRefused() {
    String name = "decoder.layers.1.self_attn_layer_norm.running_phi";
    float[] ones = new float[128];
    Arrays.fill(ones, 1f);
    refused(
        edited("powernorm").values(name, ones),
        CheckpointException.class,
        name,
        "ones alone, with which training begins");
  }

  @Test
  void section61GroupsHaveToDivideTheWidth() {
    refused(
        edited("powernorm-gs").field("norm_groups", "5"),
        CheckpointException.class,
        "norm_groups",
        "is 5, which does not divide 128");
    assertThat(shape(edited("powernorm-gs")).norm().groups()).isEqualTo(4);
    assertThat(shape(edited("powernorm")).norm().groups()).isZero();
  }

  @Test
  void section71ThePlacementIsInferredFromTheNames() {
    EditedCheckpoint silent =
        edited("mixln")
            .withoutField("placement")
            .withoutField("mix_ln_alpha")
            .withoutField("post_norm_layers");
    DecoderDescriptor shape = shape(silent);
    for (int i = 0; i < 4; i++) {
      assertThat(shape.block(i).placement())
          .isEqualTo(i == 0 ? BlockPlacement.POST : BlockPlacement.SEQUENTIAL);
    }
    assertThat(logits(silent, 1, 2, 3)).isEqualTo(logits(edited("mixln"), 1, 2, 3));
    EditedCheckpoint peri =
        edited("periln")
            .field("model_type", "\"llama\"")
            .withoutField("placement")
            .field("hidden_act", "\"gelu_pytorch_tanh\"");
    assertThat(logits(peri, 1, 2, 3)).isEqualTo(logits(edited("periln"), 1, 2, 3));
  }

  @Test
  void section71ContradictionsAreRefused() {
    refused(
        edited("mixln").field("placement", "\"pre\""),
        CheckpointException.class,
        "placement",
        "1 post-norm layers of 4");
    refused(
        edited("mixln").field("post_norm_layers", "2"),
        CheckpointException.class,
        "post_norm_layers",
        "is 2, but the names of the norms show 1");
    refused(
        edited("llama-rms").field("placement", "\"deepnorm\""),
        CheckpointException.class,
        "placement",
        "0 post-norm layers of 4");
    refused(
        edited("llama-rms").field("placement", "\"peri\""), CheckpointException.class, "placement");
    refused(
        edited("lns").field("layernorm_scaling", "false"),
        CheckpointException.class,
        "layernorm_scaling");
  }

  /** Layers {@code from} to {@code to - 1} under the names of pre-norm, or of post-norm. */
  private static EditedCheckpoint named(EditedCheckpoint edited, int layers, boolean post) {
    return edited.renamed(
        name -> {
          for (int i = 0; i < layers; i++) {
            String layer = "model.layers." + i + ".";
            if (post && name.equals(layer + "post_attention_layernorm.weight")) {
              return layer + "post_feedforward_layernorm.weight";
            }
            if (post && name.equals(layer + "input_layernorm.weight")) {
              return layer + "post_attention_layernorm.weight";
            }
            if (!post && name.equals(layer + "post_attention_layernorm.weight")) {
              return layer + "input_layernorm.weight";
            }
            if (!post && name.equals(layer + "post_feedforward_layernorm.weight")) {
              return layer + "post_attention_layernorm.weight";
            }
          }
          return name;
        });
  }

  @Test
  void section71AlphaOfZeroIsPreNorm() {
    EditedCheckpoint none =
        named(edited("mixln"), 1, false)
            .field("mix_ln_alpha", "0.0")
            .field("post_norm_layers", "0");
    EditedCheckpoint plain =
        named(edited("mixln"), 1, false)
            .withoutField("placement")
            .withoutField("mix_ln_alpha")
            .withoutField("post_norm_layers");
    DecoderDescriptor shape = shape(none);
    for (int i = 0; i < 4; i++) {
      assertThat(shape.block(i)).isEqualTo(shape.block());
    }
    assertThat(logits(none, 5, 6, 7)).isEqualTo(logits(plain, 5, 6, 7));
  }

  @Test
  void section71AlphaOfOneIsPostNormWithAFinalNorm() {
    EditedCheckpoint all =
        named(edited("llama-rms"), 4, true)
            .field("placement", "\"mix-ln\"")
            .field("mix_ln_alpha", "1.0")
            .field("post_norm_layers", "4");
    DecoderDescriptor shape = shape(all);
    for (int i = 0; i < 4; i++) {
      assertThat(shape.block(i).placement()).isEqualTo(BlockPlacement.POST);
    }
    int token = 11;
    float[] actual = logits(all, token);
    double[] expected = postNorm(all, token);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < actual.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i])).isLessThan(1e-5 * largest);
    }
  }

  /**
   * Post-norm in double precision for a sequence of one token, which attends to itself alone: its
   * attention is the layers of values and outputs, the values' heads each read twice.
   */
  private static double[] postNorm(EditedCheckpoint model, int token) {
    float[] word = model.values("model.embed_tokens.weight");
    double[] x = new double[128];
    for (int i = 0; i < x.length; i++) {
      x[i] = word[token * x.length + i];
    }
    for (int i = 0; i < 4; i++) {
      String layer = "model.layers." + i + ".";
      double[] v = product(model.values(layer + "self_attn.v_proj.weight"), x);
      double[] heads = new double[128];
      for (int j = 0; j < heads.length; j++) {
        heads[j] = v[j / 64 * 32 + j % 32];
      }
      double[] attention = product(model.values(layer + "self_attn.o_proj.weight"), heads);
      x = rms(model.values(layer + "post_attention_layernorm.weight"), sum(x, attention));
      double[] gate = product(model.values(layer + "mlp.gate_proj.weight"), x);
      double[] up = product(model.values(layer + "mlp.up_proj.weight"), x);
      for (int j = 0; j < up.length; j++) {
        up[j] *= gate[j] / (1 + Math.exp(-gate[j]));
      }
      double[] added = product(model.values(layer + "mlp.down_proj.weight"), up);
      x = rms(model.values(layer + "post_feedforward_layernorm.weight"), sum(x, added));
    }
    return product(model.values("lm_head.weight"), rms(model.values("model.norm.weight"), x));
  }

  private static double[] product(float[] matrix, double[] x) {
    double[] y = new double[matrix.length / x.length];
    for (int row = 0; row < y.length; row++) {
      for (int i = 0; i < x.length; i++) {
        y[row] += matrix[row * x.length + i] * x[i];
      }
    }
    return y;
  }

  private static double[] sum(double[] x, double[] y) {
    double[] sum = x.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += y[i];
    }
    return sum;
  }

  private static double[] rms(float[] gamma, double[] x) {
    double root = Math.sqrt(Arrays.stream(x).map(v -> v * v).average().orElseThrow() + 1e-5);
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = gamma[i] * x[i] / root;
    }
    return y;
  }

  @Test
  void section72AFoldedCheckpointIsReadAsPreNorm() {
    EditedCheckpoint folded = edited("lns").field("layernorm_scaling_folded", "true");
    for (int i = 1; i < 4; i++) {
      for (String norm : List.of("input_layernorm", "post_attention_layernorm")) {
        String name = "model.layers." + i + "." + norm + ".weight";
        float[] gamma = folded.values(name);
        for (int j = 0; j < gamma.length; j++) {
          gamma[j] *= (float) (1 / Math.sqrt(i + 1));
        }
        folded.values(name, gamma);
      }
    }
    assertThat(logits(folded, 1, 2, 3)).isEqualTo(logits(edited("lns"), 1, 2, 3));
    assertThat(shape(folded).block(3).normGain()).isEqualTo(1);
    assertThat(shape(edited("lns")).block(3).normGain()).isEqualTo(0.5);
    EditedCheckpoint silent = edited("lns").withoutField("placement");
    assertThat(shape(silent).block(3).normGain()).isEqualTo(0.5);
  }

  @Test
  void section74TheGainIsTheRootOfTwiceTheLayers() {
    EditedCheckpoint glm = edited("deepnorm-glm").withoutField("deepnorm_alpha");
    assertThat(shape(glm).block(0).gain()).isEqualTo((float) Math.sqrt(8));
    EditedCheckpoint deepNet =
        edited("powernorm").field("placement", "\"deepnorm\"").field("norm", "\"layernorm\"");
    assertThat(shape(deepNet).block(3).gain()).isEqualTo((float) Math.pow(8, 0.25));
    assertThat(shape(deepNet.field("deepnorm_alpha", "2.5")).block(3).gain()).isEqualTo(2.5f);
  }

  @Test
  void section75EachKindOfScoresIsServed() {
    float[] normal = logits(edited("tokenformer"), 1, 2);
    for (String kind : List.of("gelu_l2_norm", "softmax")) {
      EditedCheckpoint other =
          edited("tokenformer").field("norm_activation_type", "\"" + kind + "\"");
      assertThat(logits(other, 1, 2)).isNotEqualTo(normal).doesNotContain(Float.NaN);
    }
  }

  @Test
  void section76SharedLayersAreStoredAndQuantizedOnce() {
    EditedCheckpoint widenet = edited("widenet");
    int shared = 0;
    for (String name : widenet.names()) {
      boolean matrix = name.startsWith("shared.") && name.endsWith(".weight");
      shared += matrix && !name.contains("router") ? widenet.values(name).length : 0;
    }
    try (LanguageModel model = LanguageModel.load(widenet.source(), LoadOptions.defaults())) {
      // Codes, constants of the outputs, and the float tables and router; nothing four times.
      assertThat(model.report().offHeapBytes()).isLessThan(shared + 128_000L);
      assertThat(model.report().outliers()).hasSize(2 + 2 * 4);
      assertThat(model.report().floatBytes()).isEqualTo(4L * (shared + 4 * 128 + (65 + 128) * 128));
    }
  }

  /** Whoever else chose a token's expert, and however tokens are cut into passes. */
  @ParameterizedTest
  @ValueSource(strings = {"widenet", "tokenformer", "mixln", "powernorm-gs", "gpt2-crms"})
  void section76TokensDoNotSeeWhatRunsBesideThem(String zoo) {
    int[] tokens = new int[40];
    Arrays.setAll(tokens, i -> i * 7 % 65);
    for (LoadOptions options : List.of(FLOAT, LoadOptions.defaults())) {
      try (LanguageModel model = LanguageModel.load(edited(zoo).source(), options);
          TokenSequenceState together = model.tokens().open();
          TokenSequenceState alone = model.tokens().open()) {
        together.append(tokens);
        for (int token : tokens) {
          alone.append(new int[] {token});
        }
        assertThat(alone.logits()).isEqualTo(together.logits());
      }
    }
  }

  @Test
  void section81ReparametrizationIsInferredAndChecked() {
    EditedCheckpoint silent =
        edited("sigmareparam")
            .withoutField("reparametrization")
            .withoutField("reparametrization_folded");
    assertThat(logits(silent, 1, 2)).isEqualTo(logits(edited("sigmareparam"), 1, 2));
    refused(
        edited("sigmareparam").field("reparametrization_folded", "true"),
        CheckpointException.class,
        "reparametrization_folded",
        "layers.0.fc1.sigma");
    refused(
        edited("powernorm").field("reparametrization", "\"sigma-reparam\""),
        CheckpointException.class,
        "reparametrization");
    refused(
        edited("sigmareparam").without("decoder.layers.1.fc2.spectral_normed_weight.u"),
        CheckpointException.class,
        "decoder.layers.1.fc2.spectral_normed_weight.u");
    String zeros = "decoder.layers.2.self_attn.k_proj.weight";
    refused(
        edited("sigmareparam").values(zeros, new float[128 * 128]),
        CheckpointException.class,
        zeros,
        String.format(Locale.ROOT, "spectral norm of %.1f", 0.0));
  }

  @Test
  void shapesThatContradictTheConfigurationAreRefused() {
    refused(
        edited("tokenformer").field("qkv_slot_num", "64"),
        CheckpointException.class,
        "sequential.2.attention.query.key_param_tokens",
        "[128, 128]");
    refused(
        edited("widenet").field("num_experts", "5"),
        CheckpointException.class,
        "shared.moe.router.weight");
    refused(
        edited("widenet").field("num_experts", "100000"),
        CheckpointException.class,
        "num_experts",
        "no model has so many");
    refused(
        edited("gpt2-crms").field("residual_width", "128"),
        CheckpointException.class,
        "transformer.h.0.attn.c_attn.weight");
  }
}
