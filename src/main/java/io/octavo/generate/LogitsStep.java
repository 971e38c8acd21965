package io.octavo.generate;

/**
 * A step from a model's logits to the distribution that a token is drawn from: it changes logits,
 * or removes candidates. A step sees what the steps before it left; probabilities are the softmax
 * of the logits of the candidates that are still there.
 *
 * <p>Steps hold no state and are safe for any number of threads.
 */
@FunctionalInterface
public interface LogitsStep {
  /**
   * Changes the candidates.
   *
   * @param candidates the tokens that can still be next
   * @param history the tokens before
   */
  void apply(Candidates candidates, TokenHistory history);
}
