package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.testing.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tokenizer of all-MiniLM-L6-v2 against published vectors and the {@code tokenizers} library.
 */
class MiniLmTokenizerTest {
  private static final String[] CHOICE = {
    " ",
    "\t",
    "\r\n",
    "\u0085",
    "\u00a0",
    "\u3000",
    "\u2028",
    "\u200b",
    "\u200d",
    "\u0000",
    "\ufffd",
    "\u007f",
    "\u00ad",
    "\ufeff",
    "[SEP]",
    "[MASK]",
    "[CLS]",
    "[PAD]",
    "[UNK]",
    "[sep]",
    "[ SEP ]",
    "[[SEP]]",
    "e\u0301",
    "\u0327",
    "\u0345\u0316",
    "\u0302\u0323",
    "\u302f\u302e",
    "\u1100\u1161\u11a8",
    "\ud55c\uae00",
    "\uff76\uff9e",
    "\u4e2d\u6587",
    "\u3402",
    "\uf900",
    "\ud87e\udc00",
    "\ud869\udf00",
    "\ud86e\udca0",
    "\ud86e\udd21",
    "\u0130",
    "\u03a3\u03c2",
    "\u1e9e",
    "\ufb01",
    "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
    "\u2764\ufe0f",
    "\ud83c\uddea\ud83c\uddfa",
    "\ud83d\udc4d\ud83c\udffd",
    "\u0915\u094d\u0937\u093f",
    "\u0e01\u0e33",
    "\u05e9\u05c1",
    "don't",
    "##ing",
    "$9.99",
    "\u201cquoted\u201d",
    "\u2026",
    "\u00bf",
    "naïve",
    "Ångström"
  };

  @SuppressWarnings("NullAway.Init") // by load()
  private static Path file;

  @SuppressWarnings("NullAway.Init") // by load()
  private static Tokenizer tokenizer;

  @BeforeAll
  static void load() {
    file = TestData.miniLm().resolveSibling("all-minilm-l6-v2-tokenizer.json");
    tokenizer = TokenizerFile.read(file);
  }

  @Test
  void statesItsSizes() {
    assertThat(tokenizer.vocabularySize()).isEqualTo(30522);
    assertThat(tokenizer.maxTokens()).hasValue(128);
    assertThat(tokenizer.token(102)).isEqualTo("[SEP]");
    assertThat(tokenizer.token(30521)).isEqualTo("##～");
    assertThat(tokenizer.encode("The quick brown fox"))
        .containsExactly(101, 1996, 4248, 2829, 4419, 102);
  }

  @Test
  void givesThePublishedVectors() throws IOException {
    String texts =
        Files.readString(TestData.file("tokenizers/bert-bge/ggml-vocab-bert-bge.gguf.inp"));
    List<String> expected =
        Files.readAllLines(TestData.file("tokenizers/bert-bge/ggml-vocab-bert-bge.gguf.out"));
    // The separator also follows the last text.
    List<String> inputs = List.of(texts.split("\n__ggml_vocab_test__\n", -1));
    assertThat(expected).hasSize(46);
    assertThat(inputs).hasSize(47).last().isEqualTo("");
    for (int i = 0; i < expected.size(); i++) {
      int[] ids =
          Stream.of(expected.get(i).trim().split(" ", -1))
              .filter(id -> !id.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      assertThat(tokenizer.encodeWithoutSpecialTokens(inputs.get(i)))
          .as("text %d: %s", i, inputs.get(i))
          .containsExactly(ids);
    }
  }

  @Test
  void agreesOnEveryLineOfARealText() throws IOException {
    List<String> lines = Files.readAllLines(TestData.file("text/wikitext2-raw-test.txt"));
    try (Oracle oracle = Oracle.plain(file)) {
      for (String line : lines) {
        assertThat(tokenizer.encodeWithoutSpecialTokens(line))
            .as(line)
            .containsExactly(oracle.encode(line));
      }
      String all = String.join("\n", lines);
      assertThat(tokenizer.encodeWithoutSpecialTokens(all)).isEqualTo(oracle.encode(all));
    }
  }

  @Test
  void agreesOnRandomUnicode() {
    try (Oracle oracle = Oracle.plain(file)) {
      for (String text : randomTexts(1_000)) {
        assertThat(tokenizer.encodeWithoutSpecialTokens(text))
            .as(() -> escaped(text))
            .containsExactly(oracle.encode(text));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8, 16, 128, 512})
  void truncatesAlike(int maxTokens) throws IOException {
    List<String> lines = Files.readAllLines(TestData.file("text/wikitext2-raw-test.txt"));
    try (Oracle oracle = Oracle.truncating(file, maxTokens)) {
      for (String text : lines.subList(0, 400)) {
        assertThat(tokenizer.encode(text, maxTokens)).containsExactly(oracle.encode(text));
      }
      for (String text : randomTexts(200)) {
        assertThat(tokenizer.encode(text, maxTokens))
            .as(() -> escaped(text))
            .containsExactly(oracle.encode(text));
      }
    }
  }

  private static List<String> randomTexts(int count) {
    Random random = new Random(20250611);
    BitSet unknown = Oracle.unknownCodePoints();
    return Stream.generate(() -> randomText(random, unknown)).limit(count).toList();
  }

  private static String randomText(Random random, BitSet unknown) {
    StringBuilder text = new StringBuilder();
    int pieces = 1 + random.nextInt(60);
    for (int i = 0; i < pieces; i++) {
      switch (random.nextInt(8)) {
        case 0 -> text.append(CHOICE[random.nextInt(CHOICE.length)]);
        case 1 -> appendAssigned(text, random, unknown, 0x20000);
        case 2 -> appendAssigned(text, random, unknown, 0x110000);
        case 3 -> appendAssigned(text, random, unknown, 0x600);
        case 4 -> text.appendCodePoint(0x300 + random.nextInt(0x70));
        case 5 -> text.append((char) (0x20 + random.nextInt(0x60)));
        case 6 -> text.append(" the Walking ".substring(random.nextInt(5)));
        default -> text.append(random.nextInt(20) == 0 ? "x".repeat(90 + random.nextInt(20)) : " ");
      }
    }
    return text.toString();
  }

  private static void appendAssigned(StringBuilder text, Random random, BitSet unknown, int bound) {
    int codePoint;
    do {
      codePoint = random.nextInt(bound);
    } while (!Character.isDefined(codePoint)
        || unknown.get(codePoint)
        || Character.getType(codePoint) == Character.SURROGATE);
    text.appendCodePoint(codePoint);
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            codePoint ->
                escaped.append(
                    codePoint > 0x20 && codePoint < 0x7f
                        ? Character.toString(codePoint)
                        : "<%x>".formatted(codePoint)));
    return escaped.toString();
  }
}
