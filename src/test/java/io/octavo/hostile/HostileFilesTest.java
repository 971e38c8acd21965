package io.octavo.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.TextEmbedder;
import io.octavo.error.OctavoException;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelSource;
import io.octavo.testing.HuggingFaceFamily;
import io.octavo.testing.TinyHuggingFace;
import io.octavo.testing.TinySafetensors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What damaged files once did, each by its name; found by {@link MutationCampaign} or by reading.
 */
@Timeout(60)
class HostileFilesTest {
  private final Map<String, byte[]> files =
      TinyHuggingFace.of(HuggingFaceFamily.BERT, 1).shape(1, 16, 4, 24).files();

  /** The name above was copied for each value below it: 64 KiB for each two bytes of the file. */
  @Test
  void aLongNameAboveManyValuesTakesNoMemory() {
    replace(
        "config.json", "{", "{\"" + "n".repeat(60_000) + "\": [" + "0,".repeat(200_000) + "0],");
    replace("config.json", "\"num_hidden_layers\":1", "\"num_hidden_layers\":-1");
    refused("config.json", "num_hidden_layers");
  }

  @Test
  void moreValuesThanAModelHasAreRefused() {
    replace("config.json", "{", "{\"a\": [" + "{},".repeat(3_000_000) + "{}],");
    refused("config.json", "values");
  }

  /** Each was read by itself, with a bound of its own, and kept to the end. */
  @Test
  void moreFieldsThanATokenizerHasAreRefusedAtOnce() {
    StringBuilder fields = new StringBuilder("{");
    for (int i = 0; i < 1_000_000; i++) {
      fields.append('"').append(i).append("\":0,");
    }
    replace("tokenizer.json", "\"model\":{", "\"model\":" + fields);
    refused("tokenizer.json", "(model)", "fields");
    replace("tokenizer.json", "{", fields.toString());
    refused("tokenizer.json", "0: a field");
  }

  /** Each is a call inside the one before; ten thousand overflowed the stack. */
  @Test
  void aLongSequenceOfPreTokenizersIsRefused() {
    String step = "{\"type\":\"WhitespaceSplit\"}";
    replace(
        "tokenizer.json",
        "{\"type\":\"BertPreTokenizer\"}",
        "{\"type\":\"Sequence\",\"pretokenizers\":[" + (step + ",").repeat(10_000) + step + "]}");
    refused("tokenizer.json", "pre_tokenizer.pretokenizers");
  }

  @Test
  void nestedSequencesOfPreTokenizersCountAllTheirSteps() {
    String step = "{\"type\":\"WhitespaceSplit\"}";
    String inner =
        "{\"type\":\"Sequence\",\"pretokenizers\":[" + (step + ",").repeat(40) + step + "]}";
    replace(
        "tokenizer.json",
        "{\"type\":\"BertPreTokenizer\"}",
        "{\"type\":\"Sequence\",\"pretokenizers\":[" + (inner + ",").repeat(40) + inner + "]}");
    refused("tokenizer.json", "pre_tokenizer.pretokenizers");
  }

  /** Each character of such a token took some hundred bytes. */
  @Test
  void anAddedTokenOfMillionsOfCharactersIsRefused() {
    replace(
        "tokenizer.json", "\"content\":\"[MASK]\"", "\"content\":\"" + "m".repeat(6 << 20) + "\"");
    replace("tokenizer.json", "\"id\":4", "\"id\":80");
    refused("tokenizer.json", "added_tokens[4]");
  }

  /** Thousands of places that each name thousands of tokens. */
  @Test
  void aTemplateThatNamesTokensAgainAndAgainIsRefused() {
    String piece = "{\"SpecialToken\":{\"id\":\"[CLS]\",\"type_id\":0}}";
    replace("tokenizer.json", "\"single\":[", "\"single\":[" + (piece + ",").repeat(20_000));
    replace(
        "tokenizer.json",
        "\"ids\":[2],\"tokens\":[\"[CLS]\"]",
        "\"ids\":[2"
            + ",2".repeat(20_000)
            + "],\"tokens\":[\"[CLS]\""
            + ",\"[CLS]\"".repeat(20_000)
            + "]");
    refused("tokenizer.json", "special_tokens");
  }

  /** It was an IllegalArgumentException of the first text. */
  @Test
  void aLimitBelowTheSpecialTokensIsRefused() {
    files.put(
        "tokenizer_config.json", "{\"model_max_length\": 1}".getBytes(StandardCharsets.UTF_8));
    refused("tokenizer.json", "2 special");
  }

  /** One row between millions of features: a panel of weights is as wide as that, and 64 times. */
  @Test
  void aWidthThatNoModelHasIsRefused() {
    replace("config.json", "\"intermediate_size\":24", "\"intermediate_size\":16777216");
    refused("config.json", "intermediate_size");
  }

  @Test
  void biasesNormsAndEmbeddingsThatAreNoNumbersAreRefused() {
    for (String name :
        new String[] {
          "encoder.layer.0.output.LayerNorm.weight",
          "encoder.layer.0.output.dense.bias",
          "embeddings.word_embeddings.weight"
        }) {
      TinyHuggingFace model = TinyHuggingFace.of(HuggingFaceFamily.BERT, 1).shape(1, 16, 4, 24);
      files.putAll(model.files());
      byte[] bytes = files.getOrDefault("model.safetensors", new byte[0]);
      byte[] first = TinySafetensors.bytes(model.values(name));
      int at = indexOf(bytes, first);
      System.arraycopy(TinySafetensors.bytes(Float.NaN), 0, bytes, at, Float.BYTES);
      refused("model.safetensors", "NaN");
    }
  }

  @Test
  void messagesAreShortWhateverAFileHolds() {
    replace(
        "config.json", "\"model_type\":\"bert\"", "\"model_type\":\"" + "b".repeat(1 << 20) + "\"");
    assertThatThrownBy(this::load)
        .isInstanceOf(OctavoException.class)
        .satisfies(
            exception ->
                assertThat(String.valueOf(exception.getMessage()).length()).isLessThan(10_000));
  }

  /** The index was not named, since the shard has no path. */
  @Test
  void aShardThatNoFileCanBeNamedIsReportedByTheIndex(@TempDir Path folder) {
    TinyHuggingFace.of(HuggingFaceFamily.BERT, 1).shape(1, 16, 4, 24).write(folder);
    Path index = folder.resolve("model.safetensors.index.json");
    assertThatThrownBy(
            () -> {
              Files.writeString(index, "{\"weight_map\": {\"a\": \"\\ud800\"}}");
              TextEmbedder.load(index).close();
            })
        .isInstanceOf(OctavoException.class)
        .hasMessageContaining("index.json");
  }

  private void load() {
    TextEmbedder.load(ModelSource.ofBytes("memory", files), LoadOptions.defaults()).close();
  }

  private void refused(String... words) {
    assertThatThrownBy(this::load)
        .isInstanceOf(OctavoException.class)
        .hasMessageContainingAll(words);
  }

  private void replace(String file, String part, String replacement) {
    String text = new String(files.getOrDefault(file, new byte[0]), StandardCharsets.UTF_8);
    int at = text.indexOf(part);
    if (at < 0) {
      throw new IllegalArgumentException(file + " does not hold " + part);
    }
    files.put(
        file,
        (text.substring(0, at) + replacement + text.substring(at + part.length()))
            .getBytes(StandardCharsets.UTF_8));
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new IllegalArgumentException("not in the file");
  }
}
