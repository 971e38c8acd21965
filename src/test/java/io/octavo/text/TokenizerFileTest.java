package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  @MethodSource
  void unsupported(TinyTokenizer file, String message) {
    assertThatThrownBy(() -> file.read(folder))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("tiny.json: ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @MethodSource
  void damaged(TinyTokenizer file, String message) {
    assertThatThrownBy(() -> file.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tiny.json (")
        .hasMessageContaining(message);
  }

  @Test
  void refusesAFileCutShortAnywhere() throws IOException {
    String json = tiny().json();
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
