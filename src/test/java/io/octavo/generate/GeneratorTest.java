package io.octavo.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The letters of {@link LetterText}, continued by {@link BigramModel}. */
class GeneratorTest {
  private static final GenerationOptions OPTIONS = GenerationOptions.defaults();

  private static Generator generator(TokenModel model, Integer... endTokens) {
    return new Generator(model, Set.of(endTokens), prompt -> new LetterText());
  }

  /** The result, after what was streamed was compared with it. */
  private static GenerationResult run(BigramModel model, int[] prompt, GenerationOptions options) {
    List<GeneratedToken> streamed = new ArrayList<>();
    GenerationResult result = generator(model, 9).generate(prompt, options, streamed::add);
    assertThat(streamed).isEqualTo(result.tokens());
    assertThat(streamed.stream().map(GeneratedToken::text).collect(Collectors.joining()))
        .isEqualTo(result.text());
    assertThat(model.openSequences()).isZero();
    return result;
  }

  @Test
  void greedyGoesOnUntilTheModelEndsTheText() {
    BigramModel model = BigramModel.counting(10, 100);
    GenerationResult result = run(model, new int[] {1, 3}, OPTIONS);
    assertThat(result.text()).isEqualTo("efghi");
    assertThat(result.ids()).containsExactly(4, 5, 6, 7, 8, 9);
    assertThat(result.finishReason()).isEqualTo(FinishReason.END_OF_TEXT);
    assertThat(result.promptTokens()).isEqualTo(2);
    assertThat(result.reusedTokens()).isZero();
    assertThat(result.tokens().getFirst().logProbabilities()).isNull();
    assertThat(model.appended()).containsExactly(2, 1, 1, 1, 1, 1);
    assertThat(result.promptTime()).isPositive();
  }

  @Test
  void maximumStopTokensAndContextEndIt() {
    GenerationResult maximum =
        run(BigramModel.counting(10, 100), new int[] {1}, OPTIONS.withMaxTokens(3));
    assertThat(maximum.text()).isEqualTo("cde");
    assertThat(maximum.finishReason()).isEqualTo(FinishReason.MAX_TOKENS);

    GenerationResult stop =
        run(BigramModel.counting(10, 100), new int[] {1}, OPTIONS.withStopTokens(Set.of(5)));
    assertThat(stop.text()).isEqualTo("cde");
    assertThat(stop.ids()).containsExactly(2, 3, 4, 5);
    assertThat(stop.finishReason()).isEqualTo(FinishReason.STOP_TOKEN);

    GenerationResult full = run(BigramModel.counting(10, 4), new int[] {1, 1, 1}, OPTIONS);
    assertThat(full.text()).isEqualTo("cd");
    assertThat(full.finishReason()).isEqualTo(FinishReason.CONTEXT_FULL);

    GenerationResult one = run(BigramModel.counting(10, 3), new int[] {1, 1, 1}, OPTIONS);
    assertThat(one.text()).isEqualTo("c");
    assertThat(one.finishReason()).isEqualTo(FinishReason.CONTEXT_FULL);
  }

  @Test
  void aStopStringIsFoundAcrossTokensAndNeverInTheText() {
    GenerationResult stopped =
        run(BigramModel.counting(10, 100), new int[] {1}, OPTIONS.withStopStrings(List.of("fgh")));
    assertThat(stopped.text()).isEqualTo("cde");
    assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP_STRING);

    // What was held back comes out where the text ends before the rest of the stop string.
    GenerationResult held =
        run(
            BigramModel.counting(10, 100),
            new int[] {1},
            OPTIONS.withStopStrings(List.of("fgz")).withMaxTokens(5));
    assertThat(held.text()).isEqualTo("cdefg");
    assertThat(held.tokens().getLast().text()).isEqualTo("fg");

    // The last piece of text can complete it, too.
    GenerationResult late =
        run(
            BigramModel.counting(10, 100),
            new int[] {1},
            OPTIONS.withStopStrings(List.of("fg")).withMaxTokens(5));
    assertThat(late.text()).isEqualTo("cde");
    assertThat(late.finishReason()).isEqualTo(FinishReason.STOP_STRING);
  }

  @Test
  void theSameSeedGivesTheSameTextAndAnotherAnother() {
    float[][] flat = new float[10][10];
    for (float[] row : flat) {
      row[9] = -50;
    }
    GenerationOptions random = OPTIONS.withTemperature(1).withMaxTokens(40);
    String first = run(new BigramModel(100, flat), new int[] {0}, random).text();
    assertThat(run(new BigramModel(100, flat), new int[] {0}, random).text()).isEqualTo(first);
    assertThat(run(new BigramModel(100, flat), new int[] {0}, random.withSeed(1)).text())
        .isNotEqualTo(first);
    assertThat(run(new BigramModel(100, flat), new int[] {0}, random.withTopK(1)).text())
        .hasSize(40);
  }

  @Test
  void penaltiesAndBiasesActOnWhatWasGenerated() {
    // Behind every token: a, then b, then c.
    float[][] rows = {{3, 2, 1}, {3, 2, 1}, {3, 2, 1}};
    GenerationOptions presence = OPTIONS.withPresencePenalty(5).withMaxTokens(3);
    Generator generator = generator(new BigramModel(50, rows));
    assertThat(generator.generate(new int[] {0}, presence, token -> {}).text()).isEqualTo("abc");
    GenerationOptions bias = OPTIONS.withMaxTokens(2).withLogitBias(Map.of(2, 10.0));
    assertThat(generator.generate(new int[] {0}, bias, token -> {}).text()).isEqualTo("cc");
    GenerationOptions repetition = OPTIONS.withMaxTokens(1).withRepetitionPenalty(4);
    assertThat(generator.generate(new int[] {0}, repetition, token -> {}).text()).isEqualTo("b");
  }

  @Test
  void logProbabilitiesAreTheModelsOwn() {
    float[] row = BigramModel.row(0.5, 0.2, 0.3);
    Generator generator = generator(new BigramModel(50, row, row, row));
    GenerationOptions options =
        OPTIONS.withLogProbabilities(2).withLogitBias(Map.of(1, 50.0)).withMaxTokens(1);
    GeneratedToken token = generator.generate(new int[] {0}, options, t -> {}).tokens().getFirst();
    assertThat(token.id()).isEqualTo(1);
    LogProbabilities found = Objects.requireNonNull(token.logProbabilities());
    Offset<Double> close = Offset.offset(1e-6);
    assertThat(found.chosen()).isCloseTo(Math.log(0.2), close);
    assertThat(found.best()).extracting(LogProbabilities.Alternative::id).containsExactly(0, 2);
    assertThat(found.best().get(1).logProbability()).isCloseTo(Math.log(0.3), close);
  }

  @Test
  void cancellationEndsItBetweenTokensAndBetweenBlocksOfThePrompt() {
    AtomicBoolean cancelled = new AtomicBoolean();
    BigramModel model = BigramModel.counting(10, 5000);
    GenerationOptions options = OPTIONS.withCancellation(cancelled::get);
    GenerationResult result =
        generator(model).generate(new int[] {1}, options, t -> cancelled.set(t.index() == 2));
    assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(result.ids()).containsExactly(2, 3, 4);
    assertThat(model.openSequences()).isZero();

    BigramModel prompted = BigramModel.counting(10, 5000);
    GenerationOptions second = OPTIONS.withCancellation(() -> prompted.appended().size() == 1);
    GenerationResult none = generator(prompted).generate(new int[3000], second, t -> {});
    assertThat(none.finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(none.tokens()).isEmpty();
    assertThat(prompted.appended()).containsExactly(GenerationSteps.PROMPT_BLOCK);

    Thread.currentThread().interrupt();
    GenerationResult interrupted = generator(model).generate(new int[] {1}, OPTIONS, t -> {});
    assertThat(Thread.interrupted()).isTrue();
    assertThat(interrupted.finishReason()).isEqualTo(FinishReason.CANCELLED);
  }

  @Test
  void aStreamRunsAsFarAsItIsRead() {
    BigramModel model = BigramModel.counting(10, 100);
    Generation generation = generator(model).start(new int[] {1}, OPTIONS);
    try (Stream<GeneratedToken> stream = generation.stream()) {
      assertThat(stream.limit(3).map(GeneratedToken::id).toList()).containsExactly(2, 3, 4);
      assertThatThrownBy(generation::result).isInstanceOf(IllegalStateException.class);
    }
    assertThat(model.appended()).hasSize(3);
    assertThat(model.openSequences()).isZero();
    assertThat(generation.hasNext()).isFalse();
    assertThatThrownBy(generation::next).isInstanceOf(NoSuchElementException.class);
    assertThat(generation.result().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(generation.result().text()).isEqualTo("cd");
  }

  @Test
  void aSessionComputesOnlyWhatItDoesNotHold() {
    BigramModel model = BigramModel.counting(10, 100);
    try (GenerationSession session = generator(model, 9).open()) {
      GenerationOptions two = OPTIONS.withMaxTokens(2);
      assertThat(session.generate(new int[] {0, 1, 2}, two, t -> {}).ids()).containsExactly(3, 4);
      model.appended().clear();
      GenerationResult next = session.generate(new int[] {0, 1, 2, 3, 4, 7}, two, t -> {});
      assertThat(next.ids()).containsExactly(8, 9);
      assertThat(next.reusedTokens()).isEqualTo(4);
      assertThat(model.appended()).containsExactly(2, 1);
      GenerationResult again = session.generate(new int[] {0, 1, 2, 3, 4, 7}, two, t -> {});
      assertThat(again.ids()).containsExactly(8, 9);
      assertThat(again.reusedTokens()).isEqualTo(5);
      GenerationResult other = session.generate(new int[] {5}, two, t -> {});
      assertThat(other.ids()).containsExactly(6, 7);
      assertThat(other.reusedTokens()).isZero();

      Generation open = session.start(new int[] {1}, two);
      assertThatThrownBy(() -> session.start(new int[] {1}, two))
          .isInstanceOf(IllegalStateException.class);
      open.close();
      assertThat(session.generate(new int[] {1}, two, t -> {}).ids()).containsExactly(2, 3);
    }
    assertThat(model.openSequences()).isZero();
  }

  @Test
  void severalTogetherGiveWhatEachGivesAlone() {
    BigramModel model = BigramModel.counting(10, 2000);
    Generator generator = generator(model, 9);
    int[] longPrompt = new int[1200];
    Arrays.fill(longPrompt, 4);
    List<GenerationRequest> requests =
        List.of(
            new GenerationRequest(new int[] {1}, OPTIONS),
            new GenerationRequest(longPrompt, OPTIONS.withMaxTokens(3)),
            new GenerationRequest(new int[] {2, 3}, OPTIONS.withTemperature(3).withSeed(5)),
            new GenerationRequest(new int[] {0}, OPTIONS.withStopStrings(List.of("cd"))));
    List<List<GeneratedToken>> streamed =
        List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    List<GenerationResult> together =
        generator.generateAll(requests, (request, token) -> streamed.get(request).add(token));
    assertThat(model.openSequences()).isZero();
    int longest = together.stream().mapToInt(result -> result.tokens().size()).max().orElseThrow();
    assertThat(model.passes()).isLessThanOrEqualTo(Math.max(longest, 5));
    for (int i = 0; i < requests.size(); i++) {
      GenerationRequest request = requests.get(i);
      GenerationResult alone = generator.generate(request.prompt(), request.options(), t -> {});
      assertThat(together.get(i).tokens()).isEqualTo(alone.tokens()).isEqualTo(streamed.get(i));
      assertThat(together.get(i).text()).isEqualTo(alone.text());
      assertThat(together.get(i).finishReason()).isEqualTo(alone.finishReason());
    }
  }

  @Test
  void badInputIsRefusedBeforeAnythingRuns() {
    BigramModel model = BigramModel.counting(10, 4);
    Generator generator = generator(model);
    assertThatThrownBy(() -> generator.start(new int[0], OPTIONS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no token");
    assertThatThrownBy(() -> generator.start(new int[5], OPTIONS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("5 tokens")
        .hasMessageContaining("context 4");
    for (int bad : new int[] {-1, 10, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> generator.start(new int[] {1, bad}, OPTIONS))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("token " + bad);
      assertThatThrownBy(() -> generator.start(new int[] {1}, OPTIONS.withStopTokens(Set.of(bad))))
          .isInstanceOf(InvalidInputException.class);
      assertThatThrownBy(
              () -> generator.start(new int[] {1}, OPTIONS.withLogitBias(Map.of(bad, 1.0))))
          .isInstanceOf(InvalidInputException.class);
    }
    assertThatThrownBy(() -> OPTIONS.withMaxTokens(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> OPTIONS.withLogProbabilities(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(model.appended()).isEmpty();
    assertThat(model.openSequences()).isZero();
  }

  @Test
  void aListenerThatThrowsEndsTheGeneration() {
    BigramModel model = BigramModel.counting(10, 100);
    assertThatThrownBy(
            () ->
                generator(model)
                    .generate(
                        new int[] {1},
                        OPTIONS,
                        token -> {
                          throw new IllegalStateException("enough");
                        }))
        .hasMessage("enough");
    assertThat(model.openSequences()).isZero();
  }
}
