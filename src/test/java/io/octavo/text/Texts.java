package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.testing.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Texts that tokenizers are tried on. */
final class Texts {
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

  /** Texts at which tokenizers tend to go wrong. */
  static final List<String> EDGES =
      List.of(
          "",
          " ",
          "  ",
          "     ",
          "\n",
          "\n\n \n",
          "\r\n",
          " a",
          "a ",
          "  a  b  ",
          "a\tb\u000bc",
          "a \nb",
          "a  \n  b",
          "\u3000\u3000中文\u3000",
          "\u00a0x\u00a0\u00a0y",
          "'s 't 're 've 'm 'll 'd 'S 'x ' '' ''s",
          "don't can't we're I've I'll he'd",
          "123 4567890 ½ ² Ⅷ १२३",
          "!!! ... --- \u2026",
          "e\u0301 E\u0301\u0301 \u0301",
          "\u0301\u0302\u0303",
          "👨\u200d👩\u200d👧 👍🏽 🇪🇺🇩🇪🇫 ❤\ufe0f",
          "क्षि कि กำ ำ",
          "\u1100\u1161\u11a8 한글 ｶﾞ ﬁ Å ﷺ",
          "<s>",
          "</s><s>",
          "a<mask>b",
          "a <mask> b",
          "<|endoftext|>x<|endoftext|>",
          "▁a ▁▁ a▁b",
          "<0x41> <unk>",
          "\u0000a\u0000",
          "\ufeffx\u200b\u200ey",
          "x".repeat(300),
          "-".repeat(300),
          " ".repeat(300) + "x");

  private Texts() {}

  /** Every line of a real text; the calling test is skipped where it is absent. */
  static List<String> lines() throws IOException {
    return Files.readAllLines(TestData.file("text/wikitext2-raw-test.txt"));
  }

  /** Compares with published ids: 46 texts and, of the same name, their ids a line each. */
  static void assertVectors(Tokenizer tokenizer, String name) throws IOException {
    String texts = Files.readString(TestData.file(name + ".inp"));
    List<String> expected = Files.readAllLines(TestData.file(name + ".out"));
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

  /** Texts of all kinds of characters, the same in each run, without those of a set. */
  static List<String> random(int count, BitSet unknown) {
    Random random = new Random(20250611);
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

  /** A text with its unusual characters as hexadecimal numbers, for messages. */
  static String escaped(String text) {
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
