package io.octavo.generate;

import java.util.OptionalInt;

/**
 * How a text is cut into windows that a model can hold. The first window begins at the text's first
 * token, each further one {@code stride} tokens later, and the last is the first that reaches the
 * text's end. A token is scored once, in the first window that it is in, by what precedes it there;
 * what has nothing before it is not scored. So without overlap the first token of each window is
 * not scored, and with overlap every scored token behind the first window has {@code window -
 * stride} tokens or more before it.
 *
 * <p>With a first token, that one is put in front of each window, which has one token of the text
 * less then; as it precedes the others, every token of the text is scored.
 *
 * @param window tokens of a window, the first token included
 * @param stride tokens of the text from one window's beginning to the next one's
 * @param firstToken the token in front of each window, such as the beginning of text
 */
public record PerplexityProtocol(int window, int stride, OptionalInt firstToken) {
  /** Refuses windows that are too short, or leave tokens out. */
  public PerplexityProtocol {
    if (window < 2) {
      throw new IllegalArgumentException("A window has two tokens or more, not " + window);
    }
    int text = window - (firstToken.isPresent() ? 1 : 0);
    if (stride < 1 || stride > text) {
      throw new IllegalArgumentException(
          "A stride is from 1 to the window's " + text + " tokens of text, not " + stride);
    }
  }

  /** Windows of that many tokens, one behind the other. */
  public static PerplexityProtocol separate(int window) {
    return new PerplexityProtocol(window, window, OptionalInt.empty());
  }

  /** Windows of that many tokens that begin {@code stride} tokens after one another. */
  public static PerplexityProtocol overlapping(int window, int stride) {
    return new PerplexityProtocol(window, stride, OptionalInt.empty());
  }

  /** Windows of that many tokens, of which the first is always that one, one behind the other. */
  public static PerplexityProtocol separateAfter(int firstToken, int window) {
    return new PerplexityProtocol(window, window - 1, OptionalInt.of(firstToken));
  }
}
