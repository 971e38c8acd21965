package io.octavo.text;

import io.octavo.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * GPT-2's words, written in bytes: each byte of UTF-8 stands there as a character of its own that
 * is visible, so that a vocabulary of visible characters serves all texts.
 *
 * <p>The words are those of the expression {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+|
 * ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}, found here by hand in linear time.
 *
 * @param addsSpace put a space before what does not begin with one
 * @param splits split into words; otherwise the text is one word
 */
record ByteLevel(boolean addsSpace, boolean splits) implements PreTokenizer {
  private static final char[] CHARACTERS = characters();

  /** The byte of each character, or -1. */
  private static final short[] BYTES = bytes();

  static ByteLevel from(JsonValue json) {
    // trim_offsets bears on offsets only.
    json.allowOnly("type", "add_prefix_space", "trim_offsets", "use_regex");
    JsonValue splits = json.find("use_regex");
    return new ByteLevel(json.get("add_prefix_space").bool(), splits == null || splits.bool());
  }

  /** Visible Latin-1 characters stand for themselves, the other bytes for U+0100 and so on. */
  private static char[] characters() {
    char[] characters = new char[256];
    char next = 0x100;
    for (int value = 0; value < characters.length; value++) {
      boolean visible = (value >= '!' && value <= '~') || (value >= 0xA1 && value != 0xAD);
      characters[value] = visible ? (char) value : next++;
    }
    return characters;
  }

  private static short[] bytes() {
    short[] bytes = new short[0x200];
    Arrays.fill(bytes, (short) -1);
    for (short value = 0; value < CHARACTERS.length; value++) {
      bytes[CHARACTERS[value]] = value;
    }
    return bytes;
  }

  /**
   * The bytes that a token stands for; those of its characters where some of them stand for none,
   * as they do in tokens that were added.
   */
  static byte[] bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char unit = token.charAt(i);
      if (unit >= BYTES.length || BYTES[unit] < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) BYTES[unit];
    }
    return bytes;
  }

  @Override
  public boolean rewrites() {
    return true;
  }

  @Override
  public void split(String text, int start, int end, boolean beginning, WordConsumer words) {
    String part = text.substring(start, end);
    if (addsSpace && part.charAt(0) != ' ') {
      part = " " + part;
    }
    Utf8 utf8 = new Utf8();
    int i = 0;
    while (i < part.length()) {
      int next = splits ? endOfWord(part, i) : part.length();
      utf8.set(part, i, next);
      char[] word = new char[utf8.size()];
      for (int at = 0; at < word.length; at++) {
        word[at] = CHARACTERS[utf8.bytes()[at] & 0xFF];
      }
      words.accept(new String(word), 0, word.length);
      i = next;
    }
  }

  private static int endOfWord(String text, int start) {
    int contraction = text.charAt(start) == '\'' ? endOfContraction(text, start + 1) : start;
    if (contraction > start) {
      return contraction;
    }
    int space = start;
    // All white space lies in the basic plane.
    while (space < text.length() && CharacterClass.isWhiteSpace(text.charAt(space))) {
      space++;
    }
    boolean single = space == start + 1 && text.charAt(start) == ' ';
    if (space == text.length() || (space > start && !single)) {
      // The last of several is left to the word that follows.
      return space == text.length() || space == start + 1 ? space : space - 1;
    }
    int i = space;
    int kind = kind(text.codePointAt(i));
    while (i < text.length()) {
      int codePoint = text.codePointAt(i);
      if (kind(codePoint) != kind) {
        break;
      }
      i += Character.charCount(codePoint);
    }
    return i;
  }

  private static int endOfContraction(String text, int start) {
    if (start < text.length() && "stmd".indexOf(text.charAt(start)) >= 0) {
      return start + 1;
    }
    boolean two =
        text.startsWith("re", start)
            || text.startsWith("ve", start)
            || text.startsWith("ll", start);
    return two ? start + 2 : 0;
  }

  private static int kind(int codePoint) {
    if (CharacterClass.isWhiteSpace(codePoint)) {
      return 0;
    }
    if (Character.isLetter(codePoint)) {
      return 1;
    }
    return CharacterClass.isNumber(codePoint) ? 2 : 3;
  }
}
