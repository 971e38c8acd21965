package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The regular expressions by which published tokenizers split texts into words. No others are
 * taken: an expression could be made to take forever, and would have to mean the same to the JDK as
 * to the {@code tokenizers} library. Those here take a time proportional to the text.
 */
final class SplitExpressions {
  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String BEFORE_LETTERS = "[^\\r\\n\\p{L}\\p{N}]?";
  private static final String SPACES = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String SYMBOLS = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|";
  private static final String SYMBOLS_AND_SLASHES = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|";

  /** GPT-2's. */
  static final String GPT_2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  /** LLaMA 3's, with up to three digits in a word. */
  static final String LLAMA_3 =
      CONTRACTIONS + "|" + BEFORE_LETTERS + "\\p{L}+|\\p{N}{1,3}" + SYMBOLS + SPACES;

  /** Qwen 2's, with a word for each digit. */
  static final String QWEN_2 =
      CONTRACTIONS + "|" + BEFORE_LETTERS + "\\p{L}+|\\p{N}" + SYMBOLS + SPACES;

  /** The one of Mistral's Tekken, with words that end before an upper-case letter. */
  static final String TEKKEN =
      BEFORE_LETTERS
          + (UPPER + "*" + LOWER + "+|")
          + BEFORE_LETTERS
          + (UPPER + "+" + LOWER + "*|")
          + "\\p{N}"
          + SYMBOLS_AND_SLASHES
          + SPACES;

  /** GPT-4o's. */
  static final String GPT_4O =
      BEFORE_LETTERS
          + (UPPER + "*" + LOWER + "+" + CONTRACTIONS + "?|")
          + BEFORE_LETTERS
          + (UPPER + "+" + LOWER + "*" + CONTRACTIONS + "?|")
          + "\\p{N}{1,3}"
          + SYMBOLS_AND_SLASHES
          + SPACES;

  /** BLOOM's, as its file writes it. */
  static final String BLOOM = " ?[^(\\s|[.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c])]+";

  /** A digit. */
  static final String DIGIT = "\\p{N}";

  private static final List<String> KNOWN =
      List.of(GPT_2, LLAMA_3, QWEN_2, TEKKEN, GPT_4O, BLOOM, DIGIT);

  private SplitExpressions() {}

  /**
   * Reads a pattern's field {@code Regex}.
   *
   * @throws UnsupportedModelException if the expression is none of the known ones
   */
  static Pattern read(JsonValue expression) {
    if (!KNOWN.contains(expression.string())) {
      throw new UnsupportedModelException(
          expression.file(),
          expression.path() + ": the expression \"" + expression.string() + "\" is not supported");
    }
    return Pattern.compile(expression.string(), Pattern.UNICODE_CHARACTER_CLASS);
  }
}
