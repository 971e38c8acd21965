package io.octavo.generate;

import java.time.Duration;
import java.util.List;

/**
 * What was generated.
 *
 * @param text the text, without the prompt, without a stop string and what follows it, and without
 *     a stop token's own text
 * @param tokens the tokens, the one that ended the text included
 * @param finishReason why there are no more
 * @param promptTokens tokens of the prompt
 * @param reusedTokens how many of them the sequence held already and did not compute again
 * @param promptTime from the start until the first token could be chosen; all there was where there
 *     is none
 * @param tokenTime from then on
 */
public record GenerationResult(
    String text,
    List<GeneratedToken> tokens,
    FinishReason finishReason,
    int promptTokens,
    int reusedTokens,
    Duration promptTime,
    Duration tokenTime) {
  /** The result with these parts. */
  public GenerationResult {
    tokens = List.copyOf(tokens);
  }

  /** The ids of the tokens. */
  public int[] ids() {
    return tokens.stream().mapToInt(GeneratedToken::id).toArray();
  }

  /**
   * Generated tokens per second after the first, whose time is the prompt's; 0 if there are none.
   */
  public double tokensPerSecond() {
    return tokens.size() < 2 || tokenTime.isZero()
        ? 0
        : (tokens.size() - 1) / (tokenTime.toNanos() * 1e-9);
  }
}
