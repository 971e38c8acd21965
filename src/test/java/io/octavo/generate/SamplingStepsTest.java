package io.octavo.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SamplingStepsTest {
  private static final float MASKED = Float.NEGATIVE_INFINITY;

  private static Candidates candidates(float... logits) {
    Candidates candidates = new Candidates(logits.length);
    candidates.reset(logits);
    return candidates;
  }

  private static List<Integer> kept(Candidates candidates) {
    return IntStream.range(0, candidates.size()).mapToObj(candidates::id).toList();
  }

  private static List<Integer> kept(LogitsStep step, float... logits) {
    Candidates candidates = candidates(logits);
    step.apply(candidates, new TokenHistory(logits.length));
    return kept(candidates);
  }

  private static float[] random(Random random, int length) {
    float[] logits = new float[length];
    for (int i = 0; i < length; i++) {
      // Coarse values, so that many are equal.
      logits[i] = random.nextInt(8) == 0 ? MASKED : random.nextInt(40) * 0.25f - 5;
    }
    logits[random.nextInt(length)] = 1;
    return logits;
  }

  /** Everything sorted, as the definitions are written. */
  private static List<Integer> ranked(float[] logits) {
    return IntStream.range(0, logits.length)
        .boxed()
        .filter(id -> logits[id] > MASKED)
        .sorted(Comparator.comparingDouble((Integer id) -> -logits[id]).thenComparing(id -> id))
        .toList();
  }

  /** A large part of a large vocabulary is not sorted; what is kept is what a walk keeps. */
  @Test
  void sharesOfLargeVocabulariesAreThoseOfAWalk() {
    Random random = new Random(11);
    double[] shares = {0.05, 0.5, 0.9, 0.999, 0.9999999, 1 - 1e-12};
    for (int round = 0; round < 60; round++) {
      int size = 3000 + random.nextInt(5000);
      float[] logits = new float[size];
      int kind = round % 6;
      for (int i = 0; i < size; i++) {
        logits[i] =
            switch (kind) {
              case 0 -> 0;
              case 1 -> (float) (random.nextGaussian() * 0.01);
              case 2 -> random.nextInt(4) * 0.25f;
              case 3 -> i * 1e-4f;
              case 4 -> -i * 1e-4f;
              default -> (float) random.nextGaussian();
            };
      }
      double share = shares[random.nextInt(shares.length)];
      assertThat(kept(new TopP(share), logits)).isEqualTo(walked(logits, share));
    }
  }

  /** In order, adding up as the definition says, each probability as a float. */
  private static List<Integer> walked(float[] logits, double share) {
    Candidates all = candidates(logits);
    float[] probabilities = all.probabilities();
    List<Integer> kept = new ArrayList<>();
    double sum = 0;
    for (int id : ranked(logits)) {
      if (sum >= share) {
        break;
      }
      kept.add(id);
      sum += probabilities[id];
    }
    kept.sort(null);
    return kept;
  }

  @Test
  void truncationsAreThoseOfASortedVocabulary() {
    Random random = new Random(5);
    for (int round = 0; round < 500; round++) {
      float[] logits = random(random, 1 + random.nextInt(300));
      List<Integer> ranked = ranked(logits);
      int count = 1 + random.nextInt(ranked.size());
      float least = logits[ranked.get(count - 1)];
      assertThat(kept(new TopK(count), logits))
          .isEqualTo(ranked.stream().filter(id -> logits[id] >= least).sorted().toList());

      double share = random.nextDouble();
      double total = ranked.stream().mapToDouble(id -> Math.exp(logits[id])).sum();
      double sum = 0;
      int length = 0;
      while (sum < share * total) {
        sum += Math.exp(logits[ranked.get(length++)]);
      }
      double over = sum / total - share;
      double under = share - (sum - Math.exp(logits[ranked.get(length - 1)])) / total;
      if (over > 1e-5 && under > 1e-5) {
        assertThat(kept(new TopP(share), logits))
            .isEqualTo(ranked.subList(0, length).stream().sorted().toList());
      }
      double bound = Math.exp(logits[ranked.getFirst()]) * share;
      assertThat(kept(new MinP(share), logits))
          .isEqualTo(ranked.stream().filter(id -> Math.exp(logits[id]) >= bound).sorted().toList());
    }
  }

  @Test
  void ofEquallyProbableTokensTheLowestIdsComeFirst() {
    assertThat(kept(new TopP(0.5), 0, 0, 0, 0)).containsExactly(0, 1);
    assertThat(kept(new TypicalP(0.5), 0, 0, 0, 0)).containsExactly(0, 1);
    assertThat(new GreedyChoice().choose(candidates(1, 3, 3, 2))).isEqualTo(1);
  }

  @Test
  void sharesOfAllKeepAll() {
    float[] logits = {3, -80, MASKED, 0, 2.5f};
    assertThat(kept(new TopP(1), logits)).containsExactly(0, 1, 3, 4);
    assertThat(kept(new MinP(0), logits)).containsExactly(0, 1, 3, 4);
    assertThat(kept(new MinP(1), 1, 2, 2)).containsExactly(1, 2);
    assertThat(kept(new TopK(4), logits)).containsExactly(0, 1, 3, 4);
  }

  @Test
  void extremeTemperaturesAndLogitsStayNumbers() {
    float[] logits = {3e38f, -3e38f, Float.MIN_VALUE, 3e38f, -Float.MIN_VALUE, MASKED};
    for (double temperature : new double[] {Double.MIN_VALUE, 1e-30, 0.5, 1, 1e30, 1e308}) {
      Candidates candidates = candidates(logits);
      new Temperature(temperature).apply(candidates, new TokenHistory(6));
      float[] probabilities = candidates.probabilities();
      double sum = 0;
      for (int i = 0; i < candidates.size(); i++) {
        sum += probabilities[i];
      }
      assertThat(sum).isCloseTo(1, Offset.offset(1e-6));
      assertThat(probabilities[0]).isEqualTo(probabilities[3]);
      assertThat(kept(new TopP(0.9), logits)).containsExactly(0, 3);
      assertThat(new RandomChoice(1).choose(candidates)).isIn(0, 1, 2, 3, 4);
    }
  }

  @Test
  void whatIsNoDistributionIsRefused() {
    assertThatThrownBy(() -> candidates(1, Float.NaN, 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("token 1")
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> candidates(1, 2, Float.POSITIVE_INFINITY))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("token 2")
        .hasMessageContaining("Infinity");
    assertThatThrownBy(() -> candidates(MASKED, MASKED))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("masked");
    Candidates banned = candidates(1, 2);
    new LogitBias(Map.of(0, Double.NEGATIVE_INFINITY, 1, Double.NEGATIVE_INFINITY))
        .apply(banned, new TokenHistory(2));
    assertThatThrownBy(banned::probabilities)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("masked");
    assertThatThrownBy(() -> new GreedyChoice().choose(banned))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("masked");
  }

  @Test
  void whatMeansNothingIsRefusedWhenItIsSaid() {
    SamplingOptions options = SamplingOptions.defaults();
    for (double value : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> options.withTemperature(value))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> options.withTopP(value))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> options.withTypicalP(value))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> options.withMinP(value))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> options.withRepetitionPenalty(value))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> options.withTopK(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withTopP(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withFrequencyPenalty(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withLogitBias(Map.of(1, Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void penaltiesKnowThePromptFromWhatWasGenerated() {
    TokenHistory history = new TokenHistory(3);
    history.addPrompt(0);
    history.addGenerated(1);
    history.addGenerated(1);
    Candidates candidates = candidates(4, -4, 4);
    new RepetitionPenalty(2).apply(candidates, history);
    assertThat(List.of(candidates.logit(0), candidates.logit(1), candidates.logit(2)))
        .containsExactly(2f, -8f, 4f);
    new FrequencyPenalty(0.5).apply(candidates, history);
    new PresencePenalty(0.25).apply(candidates, history);
    assertThat(List.of(candidates.logit(0), candidates.logit(1), candidates.logit(2)))
        .containsExactly(2f, -9.25f, 4f);
  }

  @Test
  void theChainHasTheOrderThatIsWritten() {
    SamplingOptions all =
        new SamplingOptions(0.7, 40, 0.9, 0.05, 0.95, 1.1, 0.2, 0.1, Map.of(3, -2.0), 9);
    assertThat(SamplingChain.of(all).steps())
        .containsExactly(
            new LogitBias(Map.of(3, -2.0)),
            new RepetitionPenalty(1.1),
            new FrequencyPenalty(0.2),
            new PresencePenalty(0.1),
            new Temperature(0.7),
            new TopK(40),
            new TopP(0.9),
            new MinP(0.05),
            new TypicalP(0.95));
    assertThat(SamplingChain.of(all.withTemperature(0)).steps()).hasSize(4);
    assertThat(SamplingChain.of(SamplingOptions.defaults()).steps()).isEmpty();
  }

  @Test
  void theGeneratorIsTheOneOfTheJdk() {
    for (long seed : new long[] {0, 1, -1, 1234567, Long.MIN_VALUE}) {
      SplitMix64 random = new SplitMix64(seed);
      SplittableRandom reference = new SplittableRandom(seed);
      for (int i = 0; i < 100; i++) {
        assertThat(random.nextLong()).isEqualTo(reference.nextLong());
        assertThat(random.nextDouble()).isEqualTo(reference.nextDouble());
      }
    }
  }

  @Test
  void drawsFollowTheDistribution() {
    double[] probabilities = {0.4, 0.05, 0.3, 0.25};
    Candidates candidates = candidates(BigramModel.row(probabilities));
    RandomChoice choice = new RandomChoice(3);
    int draws = 100_000;
    int[] counts = new int[4];
    for (int i = 0; i < draws; i++) {
      counts[choice.choose(candidates)]++;
    }
    double chiSquare = 0;
    for (int id = 0; id < 4; id++) {
      double expected = draws * probabilities[id];
      chiSquare += Math.pow(counts[id] - expected, 2) / expected;
    }
    // Three degrees of freedom; beyond it once in a thousand seeds.
    assertThat(chiSquare).isLessThan(16.27);
  }
}
