package io.octavo.text;

import java.util.Arrays;

/**
 * Where the tokens of texts go among special tokens.
 *
 * @param ids special tokens, and {@link #FIRST} or {@link #SECOND} where a text goes
 * @param types the segment of each of them
 */
record Template(int[] ids, int[] types) {
  /** Stands for the tokens of the only text, or of a pair's first. */
  static final int FIRST = -1;

  /** Stands for the tokens of a pair's second text. */
  static final int SECOND = -2;

  /** How many special tokens it adds. */
  int count() {
    return (int) Arrays.stream(ids).filter(id -> id >= 0).count();
  }

  /** Whether it takes a text once. */
  boolean holdsOnce(int text) {
    return Arrays.stream(ids).filter(id -> id == text).count() == 1;
  }

  /** The special tokens with texts in their places: one text or two, as the template says. */
  EncodedPair fill(TokenIds... texts) {
    int size = count();
    for (TokenIds text : texts) {
      size = Math.addExact(size, text.size());
    }
    int[] allIds = new int[size];
    int[] allTypes = new int[size];
    int at = 0;
    for (int i = 0; i < ids.length; i++) {
      int end = at + 1;
      if (ids[i] >= 0) {
        allIds[at] = ids[i];
      } else {
        TokenIds text = texts[FIRST - ids[i]];
        text.copyTo(allIds, at);
        end = at + text.size();
      }
      Arrays.fill(allTypes, at, end, types[i]);
      at = end;
    }
    return new EncodedPair(allIds, allTypes);
  }
}
