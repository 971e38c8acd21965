package io.octavo.text;

/** Splits a word into tokens of a vocabulary. Safe for any number of threads. */
interface SubwordModel {
  /**
   * Appends the tokens of a word.
   *
   * @param text holds the word from {@code start} to before {@code end}
   * @param scratch room for the word's bytes, the caller's own
   * @param ids takes the tokens
   */
  void tokenize(String text, int start, int end, Utf8 scratch, TokenIds ids);

  /** The tokens this model chooses from. */
  Vocabulary vocabulary();
}
