package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;

/**
 * SentencePiece's words: spaces become a visible character, which begins each word.
 *
 * @param replacement stands for a space; one code point
 * @param prepended where it is put before a part of the text that does not begin with it
 * @param splits split into words; otherwise the text is one word
 */
record Metaspace(String replacement, Prepended prepended, boolean splits) implements PreTokenizer {
  /** Before which parts of a text, as added tokens and other pre-tokenizers leave them. */
  enum Prepended {
    /** Before each. */
    ALWAYS,
    /** Before the one with which the whole text begins. */
    FIRST,
    /** Before none. */
    NEVER
  }

  static Metaspace from(JsonValue json) {
    json.allowOnly("type", "replacement", "str_rep", "add_prefix_space", "prepend_scheme", "split");
    JsonValue replacement = json.get("replacement");
    String character = replacement.string();
    if (character.isEmpty() || character.codePointCount(0, character.length()) != 1) {
      throw replacement.damaged("should be one character");
    }
    JsonValue splits = json.find("split");
    return new Metaspace(character, prepended(json), splits == null || splits.bool());
  }

  private static Prepended prepended(JsonValue json) {
    JsonValue scheme = json.find("prepend_scheme");
    // What older files say instead.
    JsonValue addsSpace = json.find("add_prefix_space");
    boolean never = addsSpace != null && !addsSpace.bool();
    if (scheme == null) {
      return never ? Prepended.NEVER : Prepended.ALWAYS;
    }
    Prepended prepended =
        switch (scheme.string()) {
          case "always" -> Prepended.ALWAYS;
          case "first" -> Prepended.FIRST;
          case "never" -> Prepended.NEVER;
          default ->
              throw new UnsupportedModelException(
                  json.file(), scheme.path() + ": \"" + scheme.string() + "\" is not supported");
        };
    if (never && prepended != Prepended.NEVER) {
      throw scheme.damaged("is \"" + scheme.string() + "\", which add_prefix_space contradicts");
    }
    return prepended;
  }

  /** A token as text, in which the first of a text has no space in front. */
  String decoded(String token, boolean first) {
    boolean drops = first && prepended != Prepended.NEVER;
    return token.replace(replacement, drops ? "" : " ");
  }

  @Override
  public boolean asksForBeginning() {
    return prepended == Prepended.FIRST;
  }

  @Override
  public boolean rewrites() {
    return true;
  }

  @Override
  public void split(String text, int start, int end, boolean beginning, WordConsumer words) {
    String part = text.substring(start, end).replace(" ", replacement);
    if (!part.startsWith(replacement)
        && (prepended == Prepended.ALWAYS || (prepended == Prepended.FIRST && beginning))) {
      part = replacement + part;
    }
    int word = 0;
    while (word < part.length()) {
      int next = splits ? part.indexOf(replacement, word + 1) : -1;
      int wordEnd = next < 0 ? part.length() : next;
      words.accept(part, word, wordEnd);
      word = wordEnd;
    }
  }
}
