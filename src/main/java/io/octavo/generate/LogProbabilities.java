package io.octavo.generate;

import io.octavo.softmax.Softmax;
import java.util.ArrayList;
import java.util.List;

/**
 * Natural logarithms of probabilities in the model's own distribution, before temperature,
 * penalties and everything else that samples from it.
 *
 * @param chosen the chosen token's
 * @param best the most probable tokens, the best first; of equal ones the lower id
 */
public record LogProbabilities(double chosen, List<Alternative> best) {
  /** Those of a token and its alternatives. */
  public LogProbabilities {
    best = List.copyOf(best);
  }

  /**
   * A token that could be.
   *
   * @param id its id
   * @param logProbability the natural logarithm of its probability
   */
  public record Alternative(int id, double logProbability) {}

  /**
   * Those of a row of logits.
   *
   * @param order working memory
   */
  static LogProbabilities of(float[] logits, int chosen, int count, BestFirst order) {
    double normalizer = Softmax.logSumExp(logits);
    List<Alternative> best = new ArrayList<>();
    order.start(logits.length, id -> logits[id]);
    while (best.size() < count && !order.isEmpty()) {
      int id = order.next();
      best.add(new Alternative(id, logits[id] - normalizer));
    }
    return new LogProbabilities(logits[chosen] - normalizer, best);
  }
}
