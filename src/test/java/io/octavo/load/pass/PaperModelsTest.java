package io.octavo.load.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.LanguageModel;
import io.octavo.error.UnsupportedModelException;
import io.octavo.generate.TokenSequenceState;
import io.octavo.load.LoadOptions;
import io.octavo.tensor.DType;
import io.octavo.testing.PaperModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Small models of each family that a paper introduced, without any file beside the project. */
class PaperModelsTest {
  private static final LoadOptions FLOAT = LoadOptions.defaults().withFloatingPoint(DType.F32);
  private static final int[] TOKENS = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};

  private static float[] logits(PaperModel paper, LoadOptions options, boolean oneByOne) {
    try (LanguageModel model = LanguageModel.load(paper.source(), options);
        TokenSequenceState sequence = model.tokens().open()) {
      if (oneByOne) {
        for (int token : TOKENS) {
          sequence.append(new int[] {token});
        }
      } else {
        sequence.append(TOKENS);
      }
      assertThat(model.report().floatBytes()).isPositive();
      return sequence.logits().clone();
    }
  }

  private static double distance(float[] a, float[] b) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < a.length; i++) {
      difference += Math.pow(a[i] - b[i], 2);
      size += Math.pow(b[i], 2);
    }
    return Math.sqrt(difference / size);
  }

  @ParameterizedTest
  @EnumSource
  void loadsAndIsTheSameHoweverTokensAreCut(PaperModel paper) {
    for (LoadOptions options : new LoadOptions[] {FLOAT, LoadOptions.defaults()}) {
      float[] together = logits(paper, options, false);
      assertThat(together).hasSize(PaperModel.VOCABULARY).doesNotContain(Float.NaN);
      assertThat(logits(paper, options, true)).isEqualTo(together);
      assertThat(logits(paper, options.withThreads(1), false)).isEqualTo(together);
    }
  }

  @ParameterizedTest
  @EnumSource
  void int8IsCloseToFloat(PaperModel paper) {
    float[] exact = logits(paper, FLOAT, false);
    double error = distance(logits(paper, LoadOptions.defaults(), false), exact);
    assertThat(error).isBetween(1e-6, 0.1);
  }

  @ParameterizedTest
  @CsvSource({
    "PRE_RMS_GPT2,NORM_WEIGHTS",
    "LAYER_NORM_SCALING,GAINS",
    "LAYER_NORM_SCALING,NORM_WEIGHTS",
    "PERI_LN,NORM_WEIGHTS",
    "POWER_NORM,FIXED",
    "UNIFIED_NORM,FIXED",
    "SIGMA_REPARAM,RMS",
    "SIGMA_REPARAM,COMPRESSED",
    "TOKEN_FORMER,RMS",
    "TOKEN_FORMER,COMPRESSED"
  })
  void legalPassesKeepTheLogits(PaperModel paper, String passes) {
    float[] plain = logits(paper, FLOAT, false);
    float[] converted = logits(paper, FLOAT.withPasses(LoadPassesTest.pipeline(passes)), false);
    assertThat(distance(converted, plain)).isBetween(0.0, 3e-6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PRE_RMS_GPT2 | RMSNorm already",
        "PRE_CRMS_GPT2 | CRMSNorm already",
        "MIX_LN | is post-norm",
        "LAYER_NORM_SCALING | RMSNorm already",
        "PERI_LN | is a sandwich",
        "POWER_NORM | is group scaling, not LayerNorm",
        "UNIFIED_NORM | is a fixed map, not LayerNorm",
        "DEEP_NET | is post-norm",
        "GLM | is deep-norm of GLM's order",
        "WIDE_NET | layers share their weights"
      })
  void section54IllegalPassesAreRefused(PaperModel paper, String reason) {
    LoadOptions options = FLOAT.withPasses(PassPipeline.toRmsNorm());
    assertThatThrownBy(() -> LanguageModel.load(paper.source(), options).close())
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(reason);
  }
}
