package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files like those of XLM-RoBERTa, with a vocabulary made of a real text, against the library. */
class UnigramOracleTest {
  private static final String METASPACE =
      "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"%s\", \"split\": %b}";

  @TempDir private Path folder = Path.of("");

  @SuppressWarnings("NullAway.Init") // by build()
  private static String vocabulary;

  @SuppressWarnings("NullAway.Init") // by build()
  private static List<String> lines;

  /** The parts of words that save most characters, and all characters; scores from counts. */
  @BeforeAll
  static void build() throws IOException {
    lines = Texts.lines().subList(0, 1_500);
    Map<String, Integer> counts = new TreeMap<>();
    for (String line : lines.subList(0, 600)) {
      for (String word : line.split(" ", -1)) {
        String piece = "▁" + word;
        for (int start = 0; start < piece.length(); start++) {
          for (int end = start + 1; end <= Math.min(piece.length(), start + 9); end++) {
            if (!Character.isSurrogate(piece.charAt(start))
                && !Character.isSurrogate(piece.charAt(end - 1))) {
              counts.merge(piece.substring(start, end), 1, Integer::sum);
            }
          }
        }
      }
    }
    counts.merge("👨", 1, Integer::sum);
    counts.merge("<unk>x", 1, Integer::sum);
    List<String> pieces = new ArrayList<>(List.of(quoted("<s>", 0), quoted("<pad>", 0)));
    pieces.add(quoted("</s>", 0));
    pieces.add(quoted("<unk>", 0));
    double total = counts.values().stream().mapToInt(count -> count).sum();
    counts.entrySet().stream()
        .sorted(
            Comparator.comparingInt(
                (Map.Entry<String, Integer> entry) ->
                    entry.getKey().length() == 1
                        ? Integer.MIN_VALUE
                        : -entry.getValue() * entry.getKey().length()))
        .limit(6_000)
        .forEach(entry -> pieces.add(quoted(entry.getKey(), Math.log(entry.getValue() / total))));
    for (int value = 0; value < 256; value++) {
      pieces.add(quoted("<0x%02X>".formatted(value), -20));
    }
    pieces.add(quoted("<mask>", 0));
    vocabulary = pieces.stream().collect(Collectors.joining(",", "[", "]"));
  }

  private static String quoted(String piece, double score) {
    return String.format(
        Locale.ROOT,
        "[\"%s\",%s]",
        piece.replace("\\", "\\\\").replace("\"", "\\\""),
        Double.toString(score));
  }

  private static TinyTokenizer file(String normalizer, String preTokenizer, boolean fallback) {
    return new TinyTokenizer()
        .with(
            "added_tokens",
            "["
                + String.join(
                    ",",
                    TinyTokenizer.added(0, "<s>", ""),
                    TinyTokenizer.added(2, "</s>", ""),
                    TinyTokenizer.added(6260, "<mask>", "lstrip"))
                + "]")
        .with("normalizer", normalizer)
        .with("pre_tokenizer", preTokenizer)
        .with("post_processor", "null")
        .with(
            "model",
            "{\"type\": \"Unigram\", \"unk_id\": 3, \"byte_fallback\": "
                + fallback
                + ", \"vocab\": "
                + vocabulary
                + "}");
  }

  private static String precompiled() {
    return CharacterMaps.normalizer(CharacterMaps.compile(CharacterMaps.rules()));
  }

  private void compare(TinyTokenizer file) {
    Path path = file.write(folder);
    Tokenizer tokenizer = TokenizerFile.read(path);
    List<String> texts = new ArrayList<>(lines);
    texts.addAll(Texts.EDGES);
    texts.addAll(Texts.random(1_000, Oracle.unknownCodePoints()));
    texts.add(String.join("\n", lines));
    try (Oracle oracle = Oracle.plain(path)) {
      for (String text : texts) {
        assertThat(tokenizer.encodeWithoutSpecialTokens(text))
            .as(() -> Texts.escaped(text))
            .containsExactly(oracle.encode(text));
      }
    }
  }

  @Test
  void agreesAsXlmRobertaIs() {
    compare(file(precompiled(), METASPACE.formatted("always", true), false));
  }

  @Test
  void agreesAsXlmRobertaWas() {
    compare(
        file(
            "{\"type\": \"Sequence\", \"normalizers\": ["
                + precompiled()
                + ", {\"type\": \"Replace\", \"pattern\": {\"Regex\": \" {2,}\"},"
                + " \"content\": \" \"}]}",
            "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"WhitespaceSplit\"},"
                + " {\"type\": \"Metaspace\", \"replacement\": \"▁\", \"str_rep\": \"▁\","
                + " \"add_prefix_space\": true}]}",
            false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"always", "first", "never"})
  void agreesWithBytesAndWithoutWords(String scheme) {
    compare(file("null", METASPACE.formatted(scheme, false), true));
    compare(file(precompiled(), METASPACE.formatted(scheme, true), true));
  }

  @Test
  void agreesAfterOtherPreTokenizers() {
    compare(
        file(
            "{\"type\": \"Nmt\"}",
            "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Digits\","
                + " \"individual_digits\": true}, {\"type\": \"Split\", \"pattern\": {\"String\":"
                + " \"-\"}, \"behavior\": \"MergedWithNext\", \"invert\": false}, "
                + METASPACE.formatted("always", true)
                + "]}",
            false));
    compare(
        file(
            "{\"type\": \"NFD\"}",
            "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"WhitespaceSplit\"}, "
                + METASPACE.formatted("first", true)
                + "]}",
            true));
  }
}
