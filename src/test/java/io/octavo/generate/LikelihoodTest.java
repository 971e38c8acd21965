package io.octavo.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.InvalidInputException;
import java.util.List;
import java.util.OptionalInt;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** A model whose probabilities are written here, and texts whose likelihoods follow by hand. */
class LikelihoodTest {
  private static final Offset<Double> CLOSE = Offset.offset(1e-6);

  /** Powers of two, so that logarithms count: behind 0 a 1 has 1 bit, behind 1 a 0 has 2 bits. */
  private static BigramModel model(int contextLength) {
    return new BigramModel(
        contextLength,
        BigramModel.row(0.25, 0.5, 0.25),
        BigramModel.row(0.25, 0.25, 0.5),
        BigramModel.row(0.125, 0.125, 0.75));
  }

  private static double bits(double count) {
    return count * Math.log(2);
  }

  @Test
  void aTextsTokensAreScoredByThoseBefore() {
    double[] scores = Likelihood.logProbabilities(model(10), new int[] {0, 1, 0, 0, 2});
    assertThat(scores).hasSize(4);
    double[] expected = {bits(-1), bits(-2), bits(-2), bits(-2)};
    for (int i = 0; i < 4; i++) {
      assertThat(scores[i]).isCloseTo(expected[i], CLOSE);
    }
  }

  @Test
  void windowsWithoutOverlapLeaveOutTheFirstTokenOfEach() {
    // 0 1 0 | 1 2 0 | 1: 1 and 2 bits, then 1 and 3 bits, then nothing.
    int[] tokens = {0, 1, 0, 1, 2, 0, 1};
    Perplexity found = Likelihood.perplexity(model(3), tokens, PerplexityProtocol.separate(3));
    assertThat(found.scoredTokens()).isEqualTo(4);
    assertThat(found.tokens()).isEqualTo(7);
    assertThat(found.negativeLogLikelihood()).isCloseTo(bits(7), CLOSE);
    assertThat(found.meanNegativeLogLikelihood()).isCloseTo(bits(1.75), CLOSE);
    assertThat(found.perplexity()).isCloseTo(Math.pow(2, 1.75), CLOSE);
    assertThat(found.perByte(14)).isCloseTo(bits(0.5), CLOSE);
  }

  @Test
  void windowsWithOverlapScoreEveryTokenButTheFirstOnce() {
    // 0 1 0 1 2 0 1: 1, 2, 1, 1, 3, 1 bits.
    int[] tokens = {0, 1, 0, 1, 2, 0, 1};
    for (int stride = 1; stride < 4; stride++) {
      Perplexity found =
          Likelihood.perplexity(model(4), tokens, PerplexityProtocol.overlapping(4, stride));
      assertThat(found.scoredTokens()).isEqualTo(6);
      assertThat(found.negativeLogLikelihood()).isCloseTo(bits(9), CLOSE);
    }
  }

  @Test
  void windowsBehindAFirstTokenScoreEveryToken() {
    // [0] 1 0 | [0] 1 2 | [0] 0: 1, 2, 1, 1, 2 bits.
    Perplexity found =
        Likelihood.perplexity(
            model(3), new int[] {1, 0, 1, 2, 0}, PerplexityProtocol.separateAfter(0, 3));
    assertThat(found.scoredTokens()).isEqualTo(5);
    assertThat(found.negativeLogLikelihood()).isCloseTo(bits(7), CLOSE);
  }

  @Test
  void protocolsThatLeaveTokensOutAreRefused() {
    assertThatThrownBy(() -> PerplexityProtocol.separate(1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PerplexityProtocol.overlapping(4, 5))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PerplexityProtocol.overlapping(4, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PerplexityProtocol(4, 4, OptionalInt.of(1)))
        .isInstanceOf(IllegalArgumentException.class);
    BigramModel model = model(4);
    assertThatThrownBy(
            () -> Likelihood.perplexity(model, new int[] {1, 2}, PerplexityProtocol.separate(5)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("5 tokens");
    for (int[] tokens : List.of(new int[0], new int[] {1})) {
      assertThatThrownBy(() -> Likelihood.perplexity(model, tokens, PerplexityProtocol.separate(4)))
          .isInstanceOf(InvalidInputException.class);
    }
    assertThatThrownBy(
            () -> Likelihood.perplexity(model, new int[] {1, 3}, PerplexityProtocol.separate(4)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("token 3");
    assertThat(model.openSequences()).isZero();
  }

  @Test
  void continuationsShareTheContext() {
    BigramModel model = model(10);
    List<ContinuationScore> scores =
        Likelihood.continuations(
            model, new int[] {2, 0}, List.of(new int[] {1, 2}, new int[] {1, 0, 1}, new int[] {0}));
    assertThat(model.appended()).containsExactly(2, 1, 2);
    assertThat(model.openSequences()).isZero();
    assertThat(scores.get(0).logLikelihood()).isCloseTo(bits(-2), CLOSE);
    assertThat(scores.get(0).greedy()).isTrue();
    assertThat(scores.get(0).tokens()).isEqualTo(2);
    assertThat(scores.get(0).perToken()).isCloseTo(bits(-1), CLOSE);
    assertThat(scores.get(1).logLikelihood()).isCloseTo(bits(-4), CLOSE);
    assertThat(scores.get(1).greedy()).isFalse();
    assertThat(scores.get(2).logLikelihood()).isCloseTo(bits(-2), CLOSE);
    assertThat(scores.get(2).greedy()).isFalse();
  }

  @Test
  void whatDoesNotFitIsNotCut() {
    BigramModel model = model(4);
    assertThatThrownBy(
            () -> Likelihood.continuations(model, new int[] {1, 2, 1}, List.of(new int[] {1, 1})))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("context of 4");
    assertThatThrownBy(() -> Likelihood.continuations(model, new int[] {1}, List.of(new int[0])))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> Likelihood.logProbabilities(model, new int[5]))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> Likelihood.logProbabilities(model, new int[1]))
        .isInstanceOf(InvalidInputException.class);
    assertThat(model.openSequences()).isZero();
  }

  @Test
  void aModelThatComputesNaNIsRefused() {
    BigramModel model = new BigramModel(5, new float[] {1, Float.NaN}, new float[] {0, 0});
    assertThatThrownBy(() -> Likelihood.logProbabilities(model, new int[] {0, 0}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("NaN");
  }
}
