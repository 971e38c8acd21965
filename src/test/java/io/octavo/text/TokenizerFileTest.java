package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("core")
class TokenizerFileTest {
  @TempDir private Path folder = Path.of("");

  private static TinyTokenizer tiny() {
    return new TinyTokenizer();
  }

  private static TinyTokenizer added(String... elements) {
    return tiny().with("added_tokens", "[" + String.join(",", elements) + "]");
  }

  private static TinyTokenizer vocabulary(String json) {
    return tiny().with("added_tokens", "[]").with("model", TinyTokenizer.model(json));
  }

  private static TinyTokenizer pairs(String part, String replacement) {
    return BytePairEncodingTest.file("\"unk_token\": \"<unk>\",")
        .replacing("model", part, replacement);
  }

  private static TinyTokenizer scores(String part, String replacement) {
    return UnigramTest.file("").replacing("model", part, replacement);
  }

  private static TinyTokenizer normalizer(String json) {
    return tiny().with("normalizer", json);
  }

  private static TinyTokenizer preTokenizer(String json) {
    return tiny().with("pre_tokenizer", json);
  }

  private static TinyTokenizer characterMap(Consumer<ByteBuffer> damage) {
    byte[] map = CharacterMaps.compile(Map.of("x", "y", "é", "e"));
    damage.accept(ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN));
    return normalizer(CharacterMaps.normalizer(map));
  }

  static Stream<Arguments> unsupportedByOtherModels() {
    String metaspace = "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": ";
    return Stream.of(
        Arguments.of(pairs("\"unk_token\"", "\"dropout\": 0.1, \"unk_token\""), "model.dropout"),
        Arguments.of(pairs("\"unk_token\"", "\"cache\": 1, \"unk_token\""), "model.cache"),
        Arguments.of(scores("\"unk_id\": 0", "\"unk_id\": null"), "model.unk_id"),
        Arguments.of(
            scores("[\"c\", -4]", "[\"" + "c".repeat(1025) + "\", -4]"), "a token of 1025 bytes"),
        Arguments.of(scores("\"unk_id\"", "\"sampling\": 1, \"unk_id\""), "model.sampling"),
        Arguments.of(
            normalizer(
                "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"a+\"}, \"content\": \"\"}"),
            "normalizer.pattern.Regex: the expression \"a+\""),
        Arguments.of(
            normalizer("{\"type\": \"Prepend\", \"prepend\": \"" + "x".repeat(129) + "\"}"),
            "normalizer.prepend"),
        Arguments.of(
            preTokenizer(
                "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"a+\"}, \"behavior\":"
                    + " \"Isolated\", \"invert\": false}"),
            "pre_tokenizer.pattern.Regex"),
        Arguments.of(
            preTokenizer(
                "{\"type\": \"Split\", \"pattern\": {\"String\": \"a\"}, \"behavior\":"
                    + " \"Doubled\", \"invert\": false}"),
            "pre_tokenizer.behavior: \"Doubled\""),
        Arguments.of(preTokenizer(metaspace + "\"last\"}"), "pre_tokenizer.prepend_scheme"),
        // The normalizer drops control characters, so what is first in its text may not have been.
        Arguments.of(preTokenizer(metaspace + "\"first\"}"), "pre_tokenizer: a prepend_scheme"),
        Arguments.of(
            preTokenizer(
                    "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"ByteLevel\","
                        + " \"add_prefix_space\": true}, "
                        + metaspace
                        + "\"first\"}]}")
                .with("normalizer", "null"),
            "pre_tokenizer.pretokenizers[1].prepend_scheme"),
        Arguments.of(
            tiny()
                .with(
                    "post_processor",
                    "{\"type\": \"Sequence\", \"processors\": ["
                        + ("{\"type\": \"BertProcessing\", \"sep\": [\"[SEP]\", 2], \"cls\":"
                                + " [\"[CLS]\", 1]},")
                            .repeat(2)
                        + "{\"type\": \"ByteLevel\"}]}"),
            "post_processor.processors[1]"));
  }

  static Stream<Arguments> damagedOtherModels() {
    return Stream.of(
        Arguments.of(
            pairs("\"unk_token\": \"<unk>\"", "\"unk_token\": \"x\""), "(model.unk_token)"),
        Arguments.of(pairs("\"merges\"", "\"other\""), "(model.merges)"),
        Arguments.of(pairs("[\"b c\"", "[\"b x\""), "(model.merges[0]): needs \"x\""),
        Arguments.of(pairs("\"a b\"", "\"c a\""), "(model.merges[1]): needs \"ca\""),
        Arguments.of(pairs("\"a b\"", "\"ab\""), "(model.merges[1])"),
        Arguments.of(pairs("\"a b\"", "\"a b c\""), "(model.merges[1])"),
        Arguments.of(pairs("\"a b\"", "\" b\""), "(model.merges[1])"),
        Arguments.of(pairs("\"a b\"", "\"a \\ud800\""), "(model.merges[1])"),
        Arguments.of(pairs("\"a b\"", "7"), "(model.merges[1])"),
        Arguments.of(pairs("[\"a\", \"bc\"]", "[\"a\"]"), "(model.merges[2])"),
        Arguments.of(pairs("[\"a\", \"bc\"]", "[\"a\", \"b\", \"c\"]"), "(model.merges[2])"),
        Arguments.of(
            pairs("\"unk_token\"", "\"continuing_subword_prefix\": \"aaaa\", \"unk_token\""),
            "(model.merges[0])"),
        Arguments.of(
            pairs("\"type\": \"BPE\"", "\"type\": \"Unigram\", \"unk_id\": 0"), "(model.vocab)"),
        Arguments.of(scores("\"Unigram\"", "\"WordPiece\""), "(model.vocab)"),
        Arguments.of(scores("\"unk_id\": 0", "\"unk_id\": 10"), "(model.unk_id): is 10"),
        Arguments.of(scores("\"unk_id\": 0", "\"unk_id\": -1"), "(model.unk_id)"),
        Arguments.of(scores("[\"c\", -4]", "[\"b\", -4]"), "(model.vocab.b): stands there twice"),
        Arguments.of(scores("[\"c\", -4]", "[\"c\", \"NaN\"]"), "(model.vocab[7][1])"),
        Arguments.of(scores("[\"c\", -4]", "[\"c\", NaN]"), "(model.vocab[7]"),
        Arguments.of(scores("[\"c\", -4]", "[\"c\", -1e999]"), "(model.vocab[7][1])"),
        Arguments.of(scores("[\"c\", -4]", "[\"c\"]"), "(model.vocab[7][1])"),
        Arguments.of(scores("[\"c\", -4]", "[\"c\", -4, 1]"), "(model.vocab[7])"),
        Arguments.of(scores("[\"c\", -4]", "\"c\""), "(model.vocab[7])"),
        Arguments.of(scores("[\"c\", -4]", "[7, -4]"), "(model.vocab[7])"),
        Arguments.of(scores("[\"c\", -4]", "[".repeat(99) + "]".repeat(99)), "(model.vocab[7]"),
        Arguments.of(scores(UnigramTest.VOCABULARY, "[]"), "(model.vocab)"),
        Arguments.of(
            normalizer("{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"%\"}"),
            "(normalizer.precompiled_charsmap): is not sound base64"),
        Arguments.of(
            normalizer("{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAA=\"}"),
            "(normalizer.precompiled_charsmap): holds 2 bytes"),
        Arguments.of(
            normalizer("{\"type\": \"Precompiled\", \"precompiled_charsmap\": null}"),
            "(normalizer.precompiled_charsmap)"),
        Arguments.of(characterMap(map -> map.putInt(0, 0)), "states a tree of 0 bytes"),
        Arguments.of(characterMap(map -> map.putInt(0, 1022)), "states a tree of 1022 bytes"),
        Arguments.of(characterMap(map -> map.putInt(0, -4)), "states a tree of 4294967292 bytes"),
        Arguments.of(characterMap(map -> map.putInt(0, 512)), "no UTF-8"),
        Arguments.of(characterMap(map -> map.putInt(4, -1)), "unit 0 points beyond"),
        Arguments.of(characterMap(map -> map.putInt(44, 1 << 20)), "points beyond"),
        Arguments.of(characterMap(map -> map.put(map.limit() - 2, (byte) 0x80)), "no UTF-8"),
        Arguments.of(
            characterMap(
                map -> {
                  for (int at = 4; at < 1028; at += 4) {
                    if (map.getInt(at) < 0) {
                      map.putInt(at, 99 | Integer.MIN_VALUE);
                    }
                  }
                }),
            "begins at byte 99 of 4"),
        Arguments.of(
            normalizer(
                CharacterMaps.normalizer(CharacterMaps.compile(Map.of("x", "y".repeat(129))))),
            "replaces by more than 128 bytes"),
        Arguments.of(
            preTokenizer("{\"type\": \"Metaspace\", \"replacement\": \"ab\"}"),
            "(pre_tokenizer.replacement)"),
        Arguments.of(
            preTokenizer(
                "{\"type\": \"Metaspace\", \"replacement\": \"_\", \"add_prefix_space\": false,"
                    + " \"prepend_scheme\": \"always\"}"),
            "(pre_tokenizer.prepend_scheme)"),
        Arguments.of(
            preTokenizer(
                "{\"type\": \"Split\", \"pattern\": {\"String\": \"\"}, \"behavior\":"
                    + " \"Isolated\", \"invert\": false}"),
            "(pre_tokenizer.pattern.String): is empty"));
  }

  static Stream<Arguments> unsupported() {
    return Stream.of(
        Arguments.of(tiny().with("version", "\"2.0\""), "version: \"2.0\""),
        Arguments.of(tiny().with("normaliser", "{}"), "normaliser"),
        Arguments.of(
            tiny().with("normalizer", "{\"type\": \"Append\"}"),
            "normalizer: normalizer \"Append\""),
        Arguments.of(
            tiny()
                .with(
                    "normalizer",
                    "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"ByteLevel\"}]}"),
            "normalizer.normalizers[0]: normalizer \"ByteLevel\""),
        Arguments.of(
            tiny().with("normalizer", "{\"type\": \"NFC\", \"level\": 2}"), "normalizer.level"),
        Arguments.of(
            tiny().with("pre_tokenizer", "{\"type\": \"UnicodeScripts\"}"),
            "pre_tokenizer: pre-tokenizer \"UnicodeScripts\""),
        Arguments.of(
            tiny().with("pre_tokenizer", "{\"type\": \"Punctuation\", \"behavior\": \"Removed\"}"),
            "pre_tokenizer.behavior: \"Removed\""),
        Arguments.of(
            tiny().with("post_processor", "{\"type\": \"Other\"}"),
            "post_processor: post-processor \"Other\""),
        Arguments.of(
            tiny().replacing("post_processor", "\"type_id\": 0", "\"type_id\": 1"),
            "post_processor.single[0].SpecialToken.type_id"),
        Arguments.of(
            tiny().with("model", "{\"type\": \"WordLevel\", \"vocab\": {\"a\": 0}}"),
            "model: type \"WordLevel\""),
        Arguments.of(
            tiny().replacing("model", "\"unk_token\"", "\"dropout\": 0.1, \"unk_token\""),
            "model.dropout"),
        Arguments.of(
            tiny()
                .with(
                    "truncation",
                    "{\"direction\": \"Left\", \"max_length\": 8, \"strategy\": \"LongestFirst\"}"),
            "truncation.direction: \"Left\""),
        Arguments.of(
            tiny().with("truncation", "{\"max_length\": 8, \"strategy\": \"OnlySecond\"}"),
            "truncation.strategy: \"OnlySecond\""),
        Arguments.of(
            added(TinyTokenizer.added(21, "\\u200d", "normalized")).with("post_processor", "null"),
            "added_tokens[0]"));
  }

  static Stream<Arguments> damaged() {
    return Stream.of(
        Arguments.of(tiny().with("version", "\"1.0\", \"version\": \"1.0\""), "(version)"),
        Arguments.of(tiny().without("model"), "(model)"),
        Arguments.of(tiny().with("model", "[]"), "(model)"),
        Arguments.of(tiny().replacing("model", "\"vocab\"", "\"words\""), "(model.vocab)"),
        Arguments.of(
            tiny().replacing("model", "\"unk_token\": \"[UNK]\"", "\"unk_token\": \"<unk>\""),
            "(model.unk_token): \"<unk>\""),
        Arguments.of(
            tiny().replacing("model", "\"max_input_chars_per_word\": 9,", ""),
            "(model.max_input_chars_per_word)"),
        Arguments.of(
            tiny().replacing("model", "\"unk_token\"", "\"type\": \"WordPiece\", \"unk_token\""),
            "(model.type)"),
        Arguments.of(vocabulary("{}"), "(model.vocab)"),
        Arguments.of(vocabulary("{\"[UNK]\": 0, \"a\": 0}"), "(model.vocab.a)"),
        Arguments.of(vocabulary("{\"[UNK]\": 0, \"a\": 1, \"a\": 2}"), "(model.vocab.a)"),
        Arguments.of(vocabulary("{\"[UNK]\": 0, \"a\": -1}"), "(model.vocab.a)"),
        Arguments.of(vocabulary("{\"[UNK]\": 0, \"a\": 2147483647}"), "(model.vocab.a)"),
        Arguments.of(vocabulary("{\"[UNK]\": 0, \"a\": 99999999999}"), "(model.vocab.a)"),
        Arguments.of(vocabulary("{\"[UNK]\": 0, \"a\": \"1\"}"), "(model.vocab.a)"),
        Arguments.of(vocabulary("{\"[UNK]\": 0, \"\\ud800\": 1}"), "(model.vocab."),
        Arguments.of(
            vocabulary("{\"[UNK]\": 0, \"a\": 1" + "1".repeat(99) + "}"), "(model.vocab.a, line "),
        Arguments.of(added(TinyTokenizer.added(5, "[SEP]", "")), "(added_tokens[0].id): is 5"),
        Arguments.of(added(TinyTokenizer.added(5, "new", "")), "(added_tokens[0].id): is 5"),
        Arguments.of(added(TinyTokenizer.added(22, "new", "")), "(added_tokens[0].id): is 22"),
        Arguments.of(
            added(TinyTokenizer.added(21, "new", ""), TinyTokenizer.added(21, "newer", "")),
            "(added_tokens[1].id): is 21"),
        Arguments.of(
            added(TinyTokenizer.added(2, "[SEP]", ""), TinyTokenizer.added(2, "[SEP]", "")),
            "(added_tokens[1])"),
        Arguments.of(added(TinyTokenizer.added(21, "", "")), "(added_tokens[0].content)"),
        Arguments.of(
            tiny().replacing("added_tokens", "\"lstrip\": true", "\"lstrip\": 1"),
            "(added_tokens[2].lstrip)"),
        Arguments.of(tiny().without("added_tokens"), "(added_tokens)"),
        Arguments.of(
            tiny().replacing("normalizer", "\"clean_text\": true,", ""), "(normalizer.clean_text)"),
        Arguments.of(
            tiny().replacing("normalizer", "\"type\": \"BertNormalizer\",", ""),
            "(normalizer.type)"),
        Arguments.of(
            tiny().replacing("post_processor", "[2]", "[4]"),
            "(post_processor.special_tokens.[SEP].ids[0]): is 4"),
        Arguments.of(
            tiny().replacing("post_processor", "[2]", "[2, 2]"),
            "(post_processor.special_tokens.[SEP])"),
        Arguments.of(
            tiny().replacing("post_processor", "\"[SEP]\": {", "\"[EOS]\": {"),
            "(post_processor.special_tokens.[SEP])"),
        Arguments.of(
            tiny().replacing("post_processor", "\"id\": \"A\"", "\"id\": \"B\""),
            "(post_processor.single[1].Sequence)"),
        Arguments.of(
            tiny()
                .with(
                    "post_processor",
                    "{\"type\": \"BertProcessing\", \"sep\": [\"[SEP]\"], \"cls\": [\"[CLS]\", 1]}"),
            "(post_processor.sep)"),
        Arguments.of(
            tiny().with("truncation", "{\"max_length\": 1, \"strategy\": \"LongestFirst\"}"),
            "(truncation.max_length): is 1"),
        Arguments.of(
            tiny().with("truncation", "{\"max_length\": 1.5, \"strategy\": \"LongestFirst\"}"),
            "(truncation.max_length)"),
        Arguments.of(
            tiny().with("decoder", "[".repeat(100_000) + "]".repeat(100_000)), "(decoder[0][0]"));
  }

  @ParameterizedTest
  @MethodSource({"unsupported", "unsupportedByOtherModels"})
  void unsupported(TinyTokenizer file, String message) {
    assertThatThrownBy(() -> file.read(folder))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("tiny.json: ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @MethodSource({"damaged", "damagedOtherModels"})
  void damaged(TinyTokenizer file, String message) {
    assertThatThrownBy(() -> file.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tiny.json (")
        .hasMessageContaining(message);
  }

  @Test
  void refusesNormalizersThatWouldFillAllMemory() {
    String doubling =
        "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"aa\"}";
    Tokenizer tokenizer =
        normalizer(
                "{\"type\": \"Sequence\", \"normalizers\": ["
                    + String.join(",", Collections.nCopies(60, doubling))
                    + "]}")
            .read(folder);
    assertThatThrownBy(() -> tokenizer.encode("banana"))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("normalizer.normalizers");
  }

  @Test
  void refusesACharacterMapCutShortAnywhere() {
    byte[] map = CharacterMaps.compile(Map.of("x", "y", "é", "e"));
    for (int length = 0; length < map.length - 4; length++) {
      TinyTokenizer file = normalizer(CharacterMaps.normalizer(Arrays.copyOf(map, length)));
      assertThatThrownBy(() -> file.read(folder)).isInstanceOf(CheckpointException.class);
    }
  }

  @Test
  void takesNoHarmFromAnyChangedCharacterMap() {
    byte[] map = CharacterMaps.compile(Map.of("x", "y", "é", "e", "e\u0301", "", "👍", "z"));
    Random random = new Random(5);
    for (int i = 0; i < 3_000; i++) {
      byte[] changed = map.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        changed[random.nextInt(map.length)] ^= (byte) (1 << random.nextInt(8));
      }
      TinyTokenizer file = normalizer(CharacterMaps.normalizer(changed));
      try {
        file.read(folder).encode("xé e\u0301 👍 \u0000 x\u0301\uffff");
      } catch (CheckpointException exception) {
        assertThat(exception).hasMessageContaining("(normalizer.precompiled_charsmap)");
      }
    }
  }

  @Test
  void refusesAFileCutShortAnywhere() throws IOException {
    for (TinyTokenizer sound :
        List.of(tiny(), BytePairEncodingTest.file(""), UnigramTest.file(""))) {
      refusesCut(sound.json());
    }
  }

  private void refusesCut(String json) throws IOException {
    Path file = folder.resolve("cut.json");
    for (int length = 0; length < json.length(); length += 7) {
      Files.writeString(file, json.substring(0, length));
      assertThatThrownBy(() -> TokenizerFile.read(file))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("cut.json");
    }
  }

  @Test
  void refusesWhatFollowsTheObject() throws IOException {
    Path file = Files.writeString(folder.resolve("two.json"), tiny().json() + "{}");
    assertThatThrownBy(() -> TokenizerFile.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("two.json");
    Files.writeString(file, "[]");
    assertThatThrownBy(() -> TokenizerFile.read(file)).isInstanceOf(CheckpointException.class);
  }

  @Test
  void saysThatThereIsNoFile() {
    Path file = folder.resolve("absent.json");
    assertThatThrownBy(() -> TokenizerFile.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("absent.json: there is no such file");
    assertThatThrownBy(() -> TokenizerFile.read(folder)).isInstanceOf(CheckpointException.class);
  }
}
