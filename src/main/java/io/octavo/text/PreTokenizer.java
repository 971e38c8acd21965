package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.util.function.IntPredicate;

/** Splits a text into words. */
interface PreTokenizer {
  /** Takes one word: the characters of a text from one index to before another. */
  @FunctionalInterface
  interface WordConsumer {
    /** Takes a word that is not empty. */
    void accept(String text, int start, int end);
  }

  /**
   * Hands on the words of a part of a text, in order.
   *
   * @param start where the part begins; it is not empty
   * @param end where it ends
   * @param beginning whether the whole text that is tokenized begins where the part does
   */
  void split(String text, int start, int end, boolean beginning, WordConsumer words);

  /** Whether its words depend on where the whole text begins. */
  default boolean asksForBeginning() {
    return false;
  }

  /** Whether its words are characters other than those of the text. */
  default boolean rewrites() {
    return false;
  }

  /** How many pre-tokenizers it consists of. */
  default int size() {
    return 1;
  }

  /** Reads the field {@code pre_tokenizer}. */
  static PreTokenizer from(JsonValue json) {
    if (json.isNull()) {
      return (text, start, end, beginning, words) -> words.accept(text, start, end);
    }
    String type = json.get("type").string();
    return switch (type) {
      case "BertPreTokenizer" -> {
        json.allowOnly("type");
        yield (text, start, end, beginning, words) ->
            split(text, start, end, words, true, CharacterClass::isPunctuation);
      }
      case "WhitespaceSplit" -> {
        json.allowOnly("type");
        yield (text, start, end, beginning, words) ->
            split(text, start, end, words, true, codePoint -> false);
      }
      case "Punctuation" -> {
        json.allowOnly("type", "behavior");
        JsonValue behavior = json.find("behavior");
        if (behavior != null && !behavior.string().equals("Isolated")) {
          throw new UnsupportedModelException(
              json.file(), behavior.path() + ": \"" + behavior.string() + "\" is not supported");
        }
        yield (text, start, end, beginning, words) ->
            split(text, start, end, words, false, CharacterClass::isPunctuation);
      }
      case "Whitespace" -> {
        json.allowOnly("type");
        yield (text, start, end, beginning, words) ->
            splitByWordCharacters(text, start, end, words);
      }
      case "ByteLevel" -> ByteLevel.from(json);
      case "Metaspace" -> Metaspace.from(json);
      case "Split" -> Delimiter.from(json);
      case "Digits" -> {
        json.allowOnly("type", "individual_digits");
        boolean single = json.get("individual_digits").bool();
        yield (text, start, end, beginning, words) -> splitNumbers(text, start, end, single, words);
      }
      case "Sequence" -> {
        json.allowOnly("type", "pretokenizers");
        yield PreTokenizerSequence.from(json.get("pretokenizers"));
      }
      default ->
          throw new UnsupportedModelException(
              json.file(), json.path() + ": pre-tokenizer \"" + type + "\" is not supported");
    };
  }

  private static void whole(String text, int start, int end, WordConsumer words) {
    if (start < end) {
      words.accept(text, start, end);
    }
  }

  /** Splits at white space, if asked to, and makes each isolated code point a word of its own. */
  private static void split(
      String text,
      int start,
      int end,
      WordConsumer words,
      boolean atWhiteSpace,
      IntPredicate isolated) {
    int word = start;
    int i = start;
    while (i < end) {
      int codePoint = text.codePointAt(i);
      int next = i + Character.charCount(codePoint);
      boolean space = atWhiteSpace && CharacterClass.isWhiteSpace(codePoint);
      if (space || isolated.test(codePoint)) {
        whole(text, word, i, words);
        if (!space) {
          words.accept(text, i, next);
        }
        word = next;
      }
      i = next;
    }
    whole(text, word, end, words);
  }

  private static void splitNumbers(
      String text, int start, int end, boolean single, WordConsumer words) {
    Delimiter.Behavior behavior =
        single ? Delimiter.Behavior.ISOLATED : Delimiter.Behavior.CONTIGUOUS;
    Delimiter.Words joined = new Delimiter.Words(behavior, text, start, words);
    int i = start;
    while (i < end) {
      boolean number = CharacterClass.isNumber(text.codePointAt(i));
      do {
        i = text.offsetByCodePoints(i, 1);
      } while (!number && i < end && !CharacterClass.isNumber(text.codePointAt(i)));
      joined.add(i, number);
    }
    joined.finish();
  }

  /** Runs of word characters and runs of what is neither that nor white space. */
  private static void splitByWordCharacters(String text, int start, int end, WordConsumer words) {
    int word = start;
    boolean inWord = false;
    int i = start;
    while (i < end) {
      int codePoint = text.codePointAt(i);
      int next = i + Character.charCount(codePoint);
      boolean space = CharacterClass.isWhiteSpace(codePoint);
      boolean letter = !space && CharacterClass.isWordCharacter(codePoint);
      if (space || letter != inWord) {
        whole(text, word, i, words);
        word = space ? next : i;
        inWord = letter;
      }
      i = next;
    }
    whole(text, word, end, words);
  }
}
