package io.octavo.text;

import io.octavo.json.JsonValue;
import java.nio.charset.StandardCharsets;

/**
 * WordPiece: the longest token that begins the word, then the longest continuing token that begins
 * the rest, and so on; where one step finds none, or the word is too long, all of it is unknown.
 */
final class WordPiece implements SubwordModel {
  private static final byte[] NOTHING = new byte[0];

  /** What the library takes spaces from, in its order. */
  private static final String[][] TIDIED = {
    {" .", "."},
    {" ?", "?"},
    {" !", "!"},
    {" ,", ","},
    {" ' ", "'"},
    {" n't", "n't"},
    {" 'm", "'m"},
    {" do not", " don't"},
    {" 's", "'s"},
    {" 've", "'ve"},
    {" 're", "'re"}
  };

  private final Vocabulary vocabulary;
  private final int unknown;
  private final byte[] prefix;
  private final long prefixHash;
  private final int maxCharacters;

  private WordPiece(Vocabulary vocabulary, int unknown, String prefix, int maxCharacters) {
    this.vocabulary = vocabulary;
    this.unknown = unknown;
    this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
    this.maxCharacters = maxCharacters;
    long hash = Vocabulary.EMPTY_HASH;
    for (byte next : this.prefix) {
      hash = Vocabulary.hash(hash, next);
    }
    this.prefixHash = hash;
  }

  /** Reads the fields of {@code model} other than the vocabulary. */
  static WordPiece from(JsonValue json, Vocabulary vocabulary) {
    json.allowOnly(
        "type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab");
    JsonValue unknownToken = json.get("unk_token");
    int unknown = vocabulary.find(unknownToken.string());
    if (unknown < 0) {
      throw unknownToken.damaged("\"" + unknownToken.string() + "\" is not in the vocabulary");
    }
    return new WordPiece(
        vocabulary,
        unknown,
        json.get("continuing_subword_prefix").string(),
        json.get("max_input_chars_per_word").integer());
  }

  /**
   * A token as text, with a space in front of what begins a word.
   *
   * @param tidies take away the spaces before punctuation and English contractions
   */
  static String decoded(String token, boolean first, String prefix, boolean tidies) {
    String text = token;
    if (!first) {
      text = token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token;
    }
    if (tidies) {
      for (String[] pair : TIDIED) {
        text = text.replace(pair[0], pair[1]);
      }
    }
    return text;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public PreTokenizer.WordConsumer into(TokenIds ids) {
    Utf8 scratch = new Utf8();
    return (text, start, end) -> tokenize(text, start, end, scratch, ids);
  }

  private void tokenize(String text, int start, int end, Utf8 scratch, TokenIds ids) {
    // Counting the code points of a word far too long is needless: each takes at most two chars.
    if ((end - start) / 2 > maxCharacters
        || (end - start > maxCharacters && text.codePointCount(start, end) > maxCharacters)) {
      ids.add(unknown);
      return;
    }
    scratch.set(text, start, end);
    int before = ids.size();
    int from = 0;
    while (from < scratch.size()) {
      int next = appendLongest(scratch, from, ids);
      if (next == from) {
        ids.shrink(before);
        ids.add(unknown);
        return;
      }
      from = next;
    }
  }

  /** Appends the longest token that goes on at an index; returns where it ends. */
  private int appendLongest(Utf8 word, int from, TokenIds ids) {
    byte[] first = from == 0 ? NOTHING : prefix;
    byte[] bytes = word.bytes();
    int bound = Math.min(word.size(), from + vocabulary.longest() - first.length);
    long[] hashes = word.hashes();
    long hash = from == 0 ? Vocabulary.EMPTY_HASH : prefixHash;
    for (int i = from; i < bound; i++) {
      hash = Vocabulary.hash(hash, bytes[i]);
      hashes[i] = hash;
    }
    for (int end = bound; end > from; end--) {
      if (word.isBoundary(end)) {
        int id = vocabulary.find(hashes[end - 1], first, bytes, from, end);
        if (id >= 0) {
          ids.add(id);
          return end;
        }
      }
    }
    return from;
  }
}
