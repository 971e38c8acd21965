package io.octavo.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.testing.LoadedDecoder;
import io.octavo.testing.ZooModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small random decoders of every family against the logits that the transformers library computes
 * for them; {@code decoder_references.py} beside the models writes them.
 */
class DecoderReferenceTest {
  private static final Path FOLDER = Path.of("src/test/resources/decoders");

  /** Part of the largest logit; the library computes norms and angles in float32. */
  private static final double TOLERANCE = 1e-5;

  /** Tokens of the shorter sequence of the references. */
  private static final int SHORT = 100;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "llama3",
        "llama-yarn",
        "llama-linear",
        "mistral",
        "qwen2",
        "qwen3",
        "olmo2",
        "gemma2",
        "gemma3",
        "phi3",
        "gpt2",
        "gptj",
        "codegen",
        "gpt-neox",
        "gpt-neox-sequential",
        "opt-350m",
        "opt-without-biases",
        "bloom",
        "bloom-normalized-residual"
      })
  void logitsAreThoseOfTheTransformersLibrary(String name) {
    Path folder = FOLDER.resolve(name);
    JsonNode reference = ZooModel.json(folder.resolve("reference.json"));
    int[] ids = new int[reference.get("ids").size()];
    Arrays.setAll(ids, i -> reference.get("ids").get(i).asInt());
    try (LoadedDecoder model = LoadedDecoder.inFloat(folder)) {
      float[][] first = model.append(model.open(), Arrays.copyOf(ids, SHORT));
      check(first, reference.get("logits_of_first_100"));
      float[][] all = model.append(model.open(), ids);
      check(all, reference.get("logits_of_all"));
      // Where a longer sequence has other positions throughout, they are found at once and on the
      // way.
      DecoderSession session = model.open();
      model.append(session, Arrays.copyOf(ids, SHORT));
      for (int i = SHORT; i < ids.length; i++) {
        model.append(session, ids[i]);
      }
      assertThat(session.logits()).isEqualTo(all[ids.length - 1]);
    }
  }

  private static void check(float[][] logits, JsonNode expected) {
    for (Map.Entry<String, JsonNode> row : expected.properties()) {
      int position = Integer.parseInt(row.getKey());
      double largest = 0;
      for (JsonNode value : row.getValue()) {
        largest = Math.max(largest, Math.abs(value.asDouble()));
      }
      for (int i = 0; i < logits[position].length; i++) {
        assertThat((double) logits[position][i])
            .as("position %d, token %d", position, i)
            .isCloseTo(row.getValue().get(i).asDouble(), Offset.offset(TOLERANCE * largest));
      }
    }
  }
}
