package io.octavo.generate;

/** How often each token is in the prompt, and in what was generated after it. */
public final class TokenHistory {
  private final int[] prompt;
  private final int[] generated;

  /**
   * A history without tokens.
   *
   * @param vocabularySize bound of the token ids
   */
  public TokenHistory(int vocabularySize) {
    prompt = new int[vocabularySize];
    generated = new int[vocabularySize];
  }

  /** Notes a token of the prompt. */
  public void addPrompt(int token) {
    prompt[token]++;
  }

  /** Notes a token that was generated. */
  public void addGenerated(int token) {
    generated[token]++;
  }

  /** Whether a token is in the prompt or was generated. */
  public boolean contains(int token) {
    return prompt[token] > 0 || generated[token] > 0;
  }

  /** How often a token was generated. */
  public int generated(int token) {
    return generated[token];
  }
}
