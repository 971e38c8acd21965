package io.octavo.text;

/** Splits words into tokens of a vocabulary. Safe for any number of threads. */
interface SubwordModel {
  /**
   * What takes words and appends the tokens of each. It holds working memory: for one thread, and
   * for as long as one text takes.
   *
   * @param ids takes the tokens
   */
  PreTokenizer.WordConsumer into(TokenIds ids);

  /** The tokens this model chooses from. */
  Vocabulary vocabulary();
}
