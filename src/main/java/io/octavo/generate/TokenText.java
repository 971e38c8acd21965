package io.octavo.generate;

/** The text of tokens, piece by piece. Belongs to one generation. */
public interface TokenText {
  /**
   * What is certain of the text by this token and was not before: whole characters, and none that a
   * later token could still change; often empty.
   *
   * @param token the next token's id
   */
  String append(int token);

  /** What is left at the end, where a character that is not whole is U+FFFD. Called once. */
  String finish();

  /** Makes the text of what follows a prompt. */
  @FunctionalInterface
  interface Source {
    /**
     * The text that follows a prompt, whose own text is not repeated.
     *
     * @param prompt the tokens before, at least one
     */
    TokenText after(int[] prompt);
  }
}
