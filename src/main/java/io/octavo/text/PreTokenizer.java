package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.util.List;
import java.util.function.IntPredicate;

/** Splits a text into words. */
interface PreTokenizer {
  /** Takes one word: the characters of a text from one index to before another. */
  @FunctionalInterface
  interface WordConsumer {
    /** Takes a word that is not empty. */
    void accept(String text, int start, int end);
  }

  /** Hands on the words of a part of a text, in order. */
  void split(String text, int start, int end, WordConsumer words);

  /** Reads the field {@code pre_tokenizer}. */
  static PreTokenizer from(JsonValue json) {
    if (json.isNull()) {
      return PreTokenizer::whole;
    }
    String type = json.get("type").string();
    return switch (type) {
      case "BertPreTokenizer" -> {
        json.allowOnly("type");
        yield (text, start, end, words) ->
            split(text, start, end, words, true, CharacterClass::isPunctuation);
      }
      case "WhitespaceSplit" -> {
        json.allowOnly("type");
        yield (text, start, end, words) -> split(text, start, end, words, true, codePoint -> false);
      }
      case "Punctuation" -> {
        json.allowOnly("type", "behavior");
        JsonValue behavior = json.find("behavior");
        if (behavior != null && !behavior.string().equals("Isolated")) {
          throw new UnsupportedModelException(
              json.file(), behavior.path() + ": \"" + behavior.string() + "\" is not supported");
        }
        yield (text, start, end, words) ->
            split(text, start, end, words, false, CharacterClass::isPunctuation);
      }
      case "Whitespace" -> {
        json.allowOnly("type");
        yield PreTokenizer::splitByWordCharacters;
      }
      case "Sequence" -> {
        json.allowOnly("type", "pretokenizers");
        yield sequence(json.get("pretokenizers").array().stream().map(PreTokenizer::from).toList());
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

  private static PreTokenizer sequence(List<PreTokenizer> steps) {
    PreTokenizer all = PreTokenizer::whole;
    for (PreTokenizer step : steps) {
      PreTokenizer before = all;
      all =
          (text, start, end, words) ->
              before.split(text, start, end, (word, from, to) -> step.split(word, from, to, words));
    }
    return all;
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
