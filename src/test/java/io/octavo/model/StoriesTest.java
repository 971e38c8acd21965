package io.octavo.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.layer.LinearFormat;
import io.octavo.quantize.LlmInt8;
import io.octavo.testing.LoadedDecoder;
import io.octavo.testing.TestData;
import io.octavo.testing.ZooModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A trained LLaMA against its published greedy continuation of the start token. */
class StoriesTest {
  private static final int START = 1;
  private static final int TOKENS = 256;

  private static Path folder() {
    return TestData.file("models/stories260K");
  }

  /** The start token and what the model in float32 continues it with. */
  private static int[] greedy() {
    try (LoadedDecoder model = LoadedDecoder.inFloat(folder().resolve("hf"))) {
      DecoderSession session = model.open();
      int[] ids = new int[TOKENS + 1];
      ids[0] = START;
      for (int i = 0; i < TOKENS; i++) {
        model.append(session, ids[i]);
        ids[i + 1] = LoadedDecoder.argmax(session.logits());
      }
      return ids;
    }
  }

  @Test
  void greedyTextIsThePublishedOne() throws IOException {
    String published = Files.readString(folder().resolve("greedy.txt")).strip();
    assertThat(text(greedy()).strip()).isEqualTo(published);
  }

  @Test
  void int8ChoosesTheSameTokens() {
    int[] ids = greedy();
    LinearFormat int8 = LinearFormat.int8(LlmInt8.defaults());
    try (LoadedDecoder model = LoadedDecoder.in(folder().resolve("hf"), int8)) {
      float[][] logits = model.append(model.open(), ids);
      int same = 0;
      for (int i = 0; i < TOKENS; i++) {
        same += LoadedDecoder.argmax(logits[i]) == ids[i + 1] ? 1 : 0;
      }
      assertThat(same).isGreaterThanOrEqualTo(252);
    }
  }

  /** The tokens of a SentencePiece vocabulary, written out: {@code <0x0A>} is a byte. */
  private static String text(int[] ids) {
    JsonNode vocabulary =
        ZooModel.json(folder().resolve("hf/tokenizer.json")).get("model").get("vocab");
    Map<Integer, String> pieces = new TreeMap<>();
    if (vocabulary.isArray()) {
      for (int i = 0; i < vocabulary.size(); i++) {
        pieces.put(i, vocabulary.get(i).get(0).asText());
      }
    } else {
      vocabulary
          .properties()
          .forEach(entry -> pieces.put(entry.getValue().asInt(), entry.getKey()));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 1; i < ids.length; i++) {
      String piece = Objects.requireNonNull(pieces.get(ids[i]));
      if (piece.matches("<0x[0-9A-F]{2}>")) {
        bytes.write(Integer.parseInt(piece.substring(3, 5), 16));
      } else {
        bytes.writeBytes(piece.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
