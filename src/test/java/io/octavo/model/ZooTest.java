package io.octavo.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.layer.LinearFormat;
import io.octavo.parallel.Team;
import io.octavo.quantize.LlmInt8;
import io.octavo.tensor.DType;
import io.octavo.testing.LoadedDecoder;
import io.octavo.testing.TestData;
import io.octavo.testing.ZooModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Trained models against an independent implementation in double precision: {@code reference.json}
 * of each.
 */
class ZooTest {
  private static final double LOGITS = 1e-4;
  private static final double NLL = 1e-4;

  private static final List<String> MODELS =
      List.of(
          "alibi-bloom",
          "deepnorm-glm",
          "gpt2-crms",
          "gpt2-outliers",
          "gpt2-preln",
          "gpt2-prerms",
          "llama-outliers",
          "llama-rms",
          "lns",
          "mixln",
          "opt",
          "parallel-codegen",
          "periln",
          "powernorm",
          "powernorm-gs",
          "sigmareparam",
          "tokenformer",
          "unifiednorm",
          "widenet");

  @Test
  void everyTrainedModelIsHere() throws IOException {
    try (Stream<Path> files = Files.list(TestData.file("models/zoo"))) {
      assertThat(files.filter(Files::isDirectory).map(Path::getFileName).map(Path::toString))
          .containsExactlyInAnyOrderElementsOf(MODELS);
    }
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void logitsGreedyTextAndLikelihoodAreTheReferences(String name) {
    ZooModel zoo = ZooModel.of(name);
    try (LoadedDecoder model = LoadedDecoder.inFloat(zoo.folder())) {
      int[] prompt = zoo.integers("prompt_ids");
      DecoderSession session = model.open();
      float[][] logits = model.append(session, prompt);
      int[] best = Arrays.stream(logits).mapToInt(LoadedDecoder::argmax).toArray();
      assertThat(best).isEqualTo(zoo.integers("logits_argmax_all"));
      for (int i = 0; i < logits[0].length; i++) {
        assertThat((double) session.logits()[i])
            .as("logit %d", i)
            .isCloseTo(zoo.reference().get("logits_last").get(i).asDouble(), Offset.offset(LOGITS));
      }
      checkHidden(zoo, model.decoder(), prompt);
      int[] expected = zoo.integers("greedy_next_64");
      int[] greedy = new int[expected.length];
      for (int i = 0; i < greedy.length; i++) {
        greedy[i] = LoadedDecoder.argmax(session.logits());
        model.append(session, greedy[i]);
      }
      assertThat(greedy).isEqualTo(expected);
      double nll = model.nll(zoo.validation(), ZooModel.WINDOWS, ZooModel.WINDOW, DType.F32);
      assertThat(nll)
          .isCloseTo(zoo.reference().get("validation_nll").asDouble(), Offset.offset(NLL));
    }
  }

  private static void checkHidden(ZooModel zoo, Decoder decoder, int[] prompt) {
    List<float[]> blocks = new ArrayList<>();
    int width = decoder.descriptor().width();
    DecoderRunner runner =
        new DecoderRunner(
            decoder,
            (layer, hidden, tokens) ->
                blocks.add(Arrays.copyOfRange(hidden, (tokens - 1) * width, tokens * width)));
    runner.append(
        List.of(DecoderSession.open(decoder, DType.F32)),
        List.of(prompt),
        null,
        Team.alone(),
        () -> false);
    assertThat(blocks).hasSize(zoo.reference().get("hidden_after_block").size());
    for (int layer = 0; layer < blocks.size(); layer++) {
      for (int i = 0; i < 8; i++) {
        assertThat((double) blocks.get(layer)[i])
            .as("layer %d, feature %d", layer, i)
            .isCloseTo(
                zoo.reference().get("hidden_after_block").get(layer).get(i).asDouble(),
                Offset.offset(LOGITS));
      }
    }
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void int8CostsLittle(String name) {
    ZooModel zoo = ZooModel.of(name);
    double reference = zoo.reference().get("validation_nll").asDouble();
    int[] text = zoo.validation();
    LinearFormat int8 = LinearFormat.int8(LlmInt8.defaults());
    try (LoadedDecoder model = LoadedDecoder.in(zoo.folder(), int8)) {
      double nll = model.nll(text, ZooModel.WINDOWS, ZooModel.WINDOW, DType.F32);
      assertThat(nll).isCloseTo(reference, Offset.offset(0.005 * reference));
    }
    try (LoadedDecoder model = LoadedDecoder.inFloat(zoo.folder())) {
      double nll = model.nll(text, ZooModel.WINDOWS, ZooModel.WINDOW, DType.I8);
      assertThat(nll).isCloseTo(reference, Offset.offset(0.005 * reference));
      double half = model.nll(text, ZooModel.WINDOWS, ZooModel.WINDOW, DType.F16);
      assertThat(half).isCloseTo(reference, Offset.offset(0.0005 * reference));
    }
  }
}
