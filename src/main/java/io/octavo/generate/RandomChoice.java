package io.octavo.generate;

/**
 * Draws a token by the candidates' probabilities. A draw takes one number {@code u} of 53 bits from
 * SplitMix64 and returns the first token, in ascending order of ids, at which the sum of
 * probabilities in double exceeds {@code u} times their sum. The same seed draws the same tokens in
 * every JVM on every machine.
 */
public final class RandomChoice implements TokenChoice {
  private final SplitMix64 random;

  /**
   * A choice whose draws follow from a seed.
   *
   * @param seed any number
   */
  public RandomChoice(long seed) {
    random = new SplitMix64(seed);
  }

  @Override
  public int choose(Candidates candidates) {
    float[] probabilities = candidates.probabilities();
    double total = 0;
    for (int place = 0; place < candidates.size(); place++) {
      total += probabilities[place];
    }
    double target = random.nextDouble() * total;
    double sum = 0;
    int chosen = 0;
    for (int place = 0; place < candidates.size() && sum <= target; place++) {
      if (probabilities[place] > 0) {
        sum += probabilities[place];
        chosen = place;
      }
    }
    return candidates.id(chosen);
  }
}
