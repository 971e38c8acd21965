package io.octavo.generate;

import io.octavo.error.InvalidInputException;
import java.util.Map;

/**
 * Adds to the logits of single tokens.
 *
 * @param bias what is added, by token id: finite, or minus infinity, by which a token is never
 *     chosen
 */
public record LogitBias(Map<Integer, Double> bias) implements LogitsStep {
  /** Refuses what cannot be added. */
  public LogitBias {
    bias = Map.copyOf(bias);
    bias.forEach(
        (id, value) -> {
          if (!(value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                "The bias of token " + id + " is finite or minus infinity, not " + value);
          }
        });
  }

  /**
   * Refuses a bias for what is no token.
   *
   * @throws InvalidInputException if an id is not below the vocabulary's size
   */
  void check(int vocabularySize) {
    for (int id : bias.keySet()) {
      TokenIds.check("The logit bias", id, vocabularySize);
    }
  }

  @Override
  public void apply(Candidates candidates, TokenHistory history) {
    for (Map.Entry<Integer, Double> entry : bias.entrySet()) {
      int place = candidates.place(entry.getKey());
      if (place >= 0) {
        candidates.setLogit(place, (float) (candidates.logit(place) + entry.getValue()));
      }
    }
  }
}
