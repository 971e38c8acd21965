package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small GGUF vocabularies of every kind, and such that contradict themselves. */
class GgmlTokenizerTest {
  private static final List<String> PIECES =
      List.of("<unk>", "</s>", "▁", "▁a", "a", "b", "ab", "c", "é", "▁ab", "bc", "x");

  private static final float[] SCORES = {0, 0, -9, -2.5f, -3, -3.5f, -4, -4.5f, -5, -4.75f, -6, -7};

  @TempDir private Path folder = Path.of("");

  private static GgmlVocabulary vocabulary(
      String model, List<String> tokens, float[] scores, int[] types, Map<String, Integer> ids) {
    return new GgmlVocabulary(
        "m.gguf", model, "", tokens, scores, types, List.of(), new byte[0], ids, Map.of());
  }

  private static GgmlVocabulary unigram() {
    int[] types = new int[PIECES.size()];
    Arrays.fill(types, 1);
    types[0] = 2;
    types[1] = 3;
    return vocabulary(
        "t5", PIECES, SCORES, types, Map.of("unknown_token_id", 0, "eos_token_id", 1));
  }

  /** What T5's own file says. */
  @Test
  void unigramsAreThoseOfTheLibrary() {
    StringBuilder pieces = new StringBuilder();
    for (int i = 0; i < SCORES.length; i++) {
      pieces.append(i == 0 ? "" : ",").append("[\"%s\",%s]".formatted(PIECES.get(i), SCORES[i]));
    }
    String metaspace =
        "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"always\","
            + " \"split\": true}";
    Path file =
        new TinyTokenizer()
            .with(
                "added_tokens",
                "["
                    + TinyTokenizer.added(0, "<unk>", "")
                    + ","
                    + TinyTokenizer.added(1, "</s>", "")
                    + "]")
            .with("normalizer", "null")
            .with(
                "pre_tokenizer",
                "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"WhitespaceSplit\"},"
                    + metaspace
                    + "]}")
            .with("post_processor", "null")
            .with("decoder", metaspace)
            .with("model", "{\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [" + pieces + "]}")
            .write(folder);
    Tokenizer tokenizer = GgmlTokenizer.of(unigram());
    Random random = new Random(51);
    try (Oracle oracle = Oracle.plain(file)) {
      for (int i = 0; i < 500; i++) {
        String text =
            random
                .ints(random.nextInt(15), 0, 8)
                .mapToObj(piece -> List.of("a", "b", "c", " ", "é", "x", "z", "</s>").get(piece))
                .collect(Collectors.joining());
        int[] ids = oracle.encode(text);
        assertThat(tokenizer.encodeWithoutSpecialTokens(text)).as(text).containsExactly(ids);
        assertThat(tokenizer.decode(ids)).as(text).isEqualTo(oracle.decode(ids));
      }
    }
    assertThat(tokenizer.encode("a")).containsExactly(3, 1);
  }

  /** Scores decide, whatever the order of the tokens; equal ones go from left to right. */
  @Test
  void tokensAreMergedByScore() {
    List<String> tokens = List.of("<unk>", "a", "b", "c", "ab", "bc", "abc", "▁");
    Tokenizer left = GgmlTokenizer.of(scored(tokens, new float[] {0, -9, -9, -9, -2, -3, -8, -9}));
    assertThat(left.encodeWithoutSpecialTokens("abc")).containsExactly(7, 6);
    assertThat(left.encodeWithoutSpecialTokens("abbc")).containsExactly(7, 4, 5);
    Tokenizer right =
        GgmlTokenizer.of(scored(tokens.subList(0, 6), new float[] {0, -9, -9, -9, -4, -3}));
    assertThat(right.encodeWithoutSpecialTokens("abc")).containsExactly(0, 1, 5);
    Tokenizer equal =
        GgmlTokenizer.of(scored(tokens.subList(0, 6), new float[] {0, -9, -9, -9, -3, -3}));
    assertThat(equal.encodeWithoutSpecialTokens("abc")).containsExactly(0, 4, 3);
    assertThat(equal.decode(new int[] {0, 4, 3})).isEqualTo("abc");
  }

  private static GgmlVocabulary scored(List<String> tokens, float[] scores) {
    int[] types = new int[tokens.size()];
    Arrays.fill(types, 1);
    types[0] = 2;
    return new GgmlVocabulary(
        "m.gguf",
        "llama",
        "",
        tokens,
        scores,
        types,
        List.of(),
        new byte[0],
        Map.of("unknown_token_id", 0),
        Map.of("add_bos_token", false));
  }

  @Test
  void wordsContinueWhereTheFileHasNoSpace() {
    Tokenizer tokenizer =
        GgmlTokenizer.of(
            vocabulary(
                "bert",
                List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "▁un", "able", "▁!", "[unused1]"),
                new float[0],
                new int[] {3, 3, 3, 3, 1, 1, 1, 1},
                Map.of("unknown_token_id", 1, "cls_token_id", 2, "seperator_token_id", 3)));
    assertThat(tokenizer.encode("Unable!")).containsExactly(2, 4, 5, 6, 3);
    assertThat(tokenizer.decode(new int[] {2, 4, 5, 6, 3})).isEqualTo("unable!");
    assertThat(tokenizer.encodePair("un", "!", 9).ids()).containsExactly(2, 4, 3, 6, 3);
    assertThat(tokenizer.encodePair("un", "!", 9).types()).containsExactly(0, 0, 0, 1, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwkv", "plamo2", "none", ""})
  void otherKindsAreRefusedByName(String model) {
    assertThatThrownBy(
            () -> GgmlTokenizer.of(vocabulary(model, PIECES, SCORES, new int[0], Map.of())))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContainingAll("m.gguf", "tokenizer.ggml.model", "\"" + model + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "default", "superbpe"})
  void otherWaysOfSplittingAreRefusedByName(String pre) {
    GgmlVocabulary vocabulary =
        new GgmlVocabulary(
            "m.gguf",
            "gpt2",
            pre,
            PIECES,
            SCORES,
            new int[0],
            List.of(),
            new byte[0],
            Map.of(),
            Map.of());
    assertThatThrownBy(() -> GgmlTokenizer.of(vocabulary))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContainingAll("m.gguf", "tokenizer.ggml.pre", pre);
  }

  @Test
  void contradictionsAreRefusedByPlace() {
    refuses(vocabulary("t5", PIECES, new float[3], new int[0], Map.of()), "scores");
    refuses(vocabulary("t5", PIECES, SCORES, new int[3], Map.of()), "token_type");
    refuses(vocabulary("t5", PIECES, SCORES, new int[0], Map.of()), "unknown_token_id");
    refuses(
        vocabulary("t5", PIECES, SCORES, new int[0], Map.of("unknown_token_id", 99)),
        "no token 99");
    refuses(
        vocabulary("llama", PIECES, new float[0], new int[0], Map.of("bos_token_id", 1)), "scores");
    float[] broken = SCORES.clone();
    broken[4] = Float.NaN;
    refuses(vocabulary("llama", PIECES, broken, new int[0], Map.of("bos_token_id", 1)), "NaN");
    refuses(
        vocabulary("llama", List.of("a", "a"), new float[2], new int[0], Map.of("bos_token_id", 1)),
        "tokens.a");
  }

  private static void refuses(GgmlVocabulary vocabulary, String... parts) {
    assertThatThrownBy(() -> GgmlTokenizer.of(vocabulary))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("m.gguf")
        .hasMessageContainingAll(parts);
  }
}
