package io.octavo.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.LanguageModel;
import io.octavo.generate.TokenSequenceState;
import io.octavo.load.LoadOptions;
import io.octavo.tensor.DType;
import io.octavo.testing.EditedCheckpoint;
import io.octavo.testing.TestData;
import io.octavo.testing.ZooModel;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * Conventions of sections 6 and 7 of the systems reference that a model tells from the common wrong
 * one: with the wrong one, the loss is the wrong one that an independent implementation found
 * ({@code sensitivity.json}). A switch that did nothing would give the right loss.
 */
class ZooSensitivityTest {
  private static final int WINDOWS = 16;
  private static final int WINDOW = 128;

  private static void check(String zoo, String convention, EditedCheckpoint edited) {
    JsonNode expected =
        ZooModel.json(TestData.file("models/zoo/sensitivity.json")).get("models").get(zoo);
    int[] text = ZooModel.of(zoo).validation();
    double sum = 0;
    LoadOptions options = LoadOptions.defaults().withFloatingPoint(DType.F32);
    try (LanguageModel model = LanguageModel.load(edited.source(), options)) {
      for (int window = 0; window < WINDOWS; window++) {
        int[] tokens = Arrays.copyOfRange(text, window * WINDOW, (window + 1) * WINDOW);
        try (TokenSequenceState sequence = model.tokens().open()) {
          for (int i = 0; i < WINDOW - 1; i++) {
            sequence.append(new int[] {tokens[i]});
            sum += io.octavo.softmax.Softmax.logSumExp(sequence.logits());
            sum -= sequence.logits()[tokens[i + 1]];
          }
        }
      }
    }
    double loss = sum / (WINDOWS * (WINDOW - 1));
    // Wrong models amplify rounding more than right ones.
    assertThat(loss)
        .as("%s: %s", zoo, convention)
        .isCloseTo(expected.get(convention).asDouble(), Offset.offset(2e-4 * Math.max(1, loss)));
  }

  private static EditedCheckpoint edited(String zoo) {
    return EditedCheckpoint.of(ZooModel.of(zoo).folder());
  }

  @Test
  void section61GroupScaling() {
    check(
        "powernorm-gs",
        "group scaling left out",
        edited("powernorm-gs").field("norm_group_scaling", "false"));
    check("powernorm-gs", "one group", edited("powernorm-gs").field("norm_groups", "1"));
    check(
        "powernorm",
        "group scaling applied",
        edited("powernorm").field("norm_group_scaling", "true").field("norm_groups", "4"));
  }

  @Test
  void section61TheStatisticIsAMeanSquare() {
    EditedCheckpoint edited = edited("powernorm");
    for (String name : edited.names()) {
      if (name.endsWith("running_phi")) {
        float[] psi = edited.values(name);
        for (int i = 0; i < psi.length; i++) {
          psi[i] *= psi[i];
        }
        edited.values(name, psi);
      }
    }
    check("powernorm", "running_phi taken as psi", edited);
  }

  @Test
  void section72LayerNormScaling() {
    check("lns", "scaling left out", edited("lns").field("layernorm_scaling_folded", "true"));
    check(
        "llama-rms",
        "norms scaled by 1/sqrt(depth)",
        edited("llama-rms").field("layernorm_scaling", "true"));
  }

  @Test
  void section73PlainWeightsOfNorms() {
    EditedCheckpoint edited = edited("periln");
    for (String name : edited.names()) {
      if (name.endsWith("norm.weight")) {
        float[] gamma = edited.values(name);
        for (int i = 0; i < gamma.length; i++) {
          gamma[i] += 1;
        }
        edited.values(name, gamma);
      }
    }
    check("periln", "1 + weight", edited);
  }

  @Test
  void section74TheGainOfGlm() {
    check("deepnorm-glm", "alpha = 1", edited("deepnorm-glm").field("deepnorm_alpha", "1.0"));
    check(
        "deepnorm-glm",
        "alpha = (2N)^(1/4)",
        edited("deepnorm-glm").field("deepnorm_alpha", String.valueOf(Math.pow(8, 0.25))));
  }

  @Test
  void section75RotaryShareOfTokenFormer() {
    check(
        "tokenformer", "rotary on all channels", edited("tokenformer").field("rotary_pct", "1.0"));
    check(
        "tokenformer", "rotary on 4 channels", edited("tokenformer").field("rotary_pct", "0.125"));
  }

  @Test
  void section76EachDepthHasItsOwnNorms() {
    EditedCheckpoint edited =
        edited("widenet")
            .renamed(
                name ->
                    name.startsWith("layers.")
                        ? "layers." + (3 - (name.charAt(7) - '0')) + name.substring(8)
                        : name);
    check("widenet", "layers' norms in reverse order", edited);
  }

  @Test
  void section77GroupsAndRotaryOfCodeGen2() {
    check("parallel-codegen", "mp_num = 4", edited("parallel-codegen").field("mp_num", "4"));
    check("parallel-codegen", "mp_num = 1", edited("parallel-codegen").field("mp_num", "1"));
    check(
        "parallel-codegen",
        "rotary on all channels",
        edited("parallel-codegen").field("rotary_dim", "32"));
  }

  @Test
  void section81SigmaReparamIsComputed() {
    EditedCheckpoint edited = edited("sigmareparam");
    for (String name : edited.names()) {
      if (name.endsWith(".sigma")) {
        edited.without(name);
      }
    }
    check("sigmareparam", "raw weight", edited.field("reparametrization_folded", "true"));
  }
}
