package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;

/**
 * Splits a text at the places where a string stands.
 *
 * @param pattern the string
 * @param behavior what becomes of these places
 * @param inverted what lies between them counts as a delimiter, and they do not
 */
record Delimiter(String pattern, Behavior behavior, boolean inverted) implements PreTokenizer {
  /** What becomes of a delimiter. */
  enum Behavior {
    /** It is left out. */
    REMOVED,
    /** It is a word. */
    ISOLATED,
    /** It ends the word before it. */
    MERGED_WITH_PREVIOUS,
    /** It begins the word after it. */
    MERGED_WITH_NEXT,
    /** It is a word together with the delimiters beside it. */
    CONTIGUOUS
  }

  /** Reads the pre-tokenizer {@code Split}, at a string or at what an expression matches. */
  static PreTokenizer from(JsonValue json) {
    json.allowOnly("type", "pattern", "behavior", "invert");
    if (json.get("pattern").find("Regex") != null) {
      return ExpressionDelimiter.from(json);
    }
    return new Delimiter(
        TextNormalizer.literal(json.get("pattern")),
        behavior(json.get("behavior")),
        json.get("invert").bool());
  }

  /** Reads the field {@code behavior}. */
  static Behavior behavior(JsonValue json) {
    return switch (json.string()) {
      case "Removed" -> Behavior.REMOVED;
      case "Isolated" -> Behavior.ISOLATED;
      case "MergedWithPrevious" -> Behavior.MERGED_WITH_PREVIOUS;
      case "MergedWithNext" -> Behavior.MERGED_WITH_NEXT;
      case "Contiguous" -> Behavior.CONTIGUOUS;
      default ->
          throw new UnsupportedModelException(
              json.file(), json.path() + ": \"" + json.string() + "\" is not supported");
    };
  }

  @Override
  public void split(String text, int start, int end, boolean beginning, WordConsumer words) {
    Words joined = new Words(behavior, text, start, words);
    int done = start;
    while (done < end) {
      int found = text.indexOf(pattern, done, end);
      int match = found < 0 ? end : found;
      if (done < match) {
        joined.add(match, inverted);
      }
      if (match < end) {
        joined.add(match + pattern.length(), !inverted);
      }
      done = match + (found < 0 ? 0 : pattern.length());
    }
    joined.finish();
  }

  /** Joins the pieces of a text, delimiters and others, to words. */
  static final class Words {
    private final Behavior behavior;
    private final String text;
    private final WordConsumer words;
    private int start;
    private int end;
    private boolean lastIsDelimiter;

    Words(Behavior behavior, String text, int start, WordConsumer words) {
      this.behavior = behavior;
      this.text = text;
      this.words = words;
      this.start = start;
      this.end = start;
    }

    /** Takes the next piece, which begins where the last one ended. */
    void add(int pieceEnd, boolean isDelimiter) {
      boolean joins =
          start < end
              && switch (behavior) {
                case REMOVED, ISOLATED -> false;
                case MERGED_WITH_PREVIOUS -> isDelimiter && !lastIsDelimiter;
                case MERGED_WITH_NEXT -> !isDelimiter && lastIsDelimiter;
                case CONTIGUOUS -> isDelimiter == lastIsDelimiter;
              };
      if (!joins) {
        finish();
      }
      end = pieceEnd;
      lastIsDelimiter = isDelimiter;
      if (isDelimiter && behavior == Behavior.REMOVED) {
        start = end;
      }
    }

    /** Hands on the last word. */
    void finish() {
      if (start < end) {
        words.accept(text, start, end);
      }
      start = end;
    }
  }
}
