package io.octavo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.InvalidInputException;
import io.octavo.layer.LinearFormat;
import io.octavo.parallel.Team;
import io.octavo.parallel.WorkerPool;
import io.octavo.quantize.LlmInt8;
import io.octavo.tensor.DType;
import io.octavo.testing.LoadedDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sequence's logits do not depend on, and what a call that fails leaves. */
@Tag("core")
class DecoderRunnerTest {
  private static final Path FOLDER = Path.of("src/test/resources/decoders");
  private static final int LENGTH = 140;

  private static int[] tokens(long seed) {
    Random random = new Random(seed);
    return random.ints(LENGTH, 0, 61).toArray();
  }

  private static LoadedDecoder load(String name) {
    return LoadedDecoder.in(FOLDER.resolve(name), LinearFormat.int8(LlmInt8.defaults()));
  }

  private static void append(
      DecoderRunner runner, List<DecoderSession> sessions, List<int[]> tokens, Team team) {
    runner.append(sessions, tokens, null, team, () -> false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3", "gemma2", "bloom", "gptj", "opt-350m"})
  void bitsDependOnTheTokensAlone(String name) {
    WorkerPool pool = new WorkerPool(2);
    for (DType type : new DType[] {DType.F32, DType.F16, DType.I8}) {
      try (LoadedDecoder model = load(name);
          Team two = pool.enter(2)) {
        assertThat(two.size()).isEqualTo(2);
        DecoderRunner runner = new DecoderRunner(model.decoder());
        List<float[]> expected = new ArrayList<>();
        List<DecoderSession> batch = new ArrayList<>();
        List<int[]> starts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          DecoderSession alone = DecoderSession.open(model.decoder(), type);
          append(runner, List.of(alone), List.of(tokens(i)), Team.alone());
          expected.add(alone.logits());
          batch.add(DecoderSession.open(model.decoder(), type));
          starts.add(Arrays.copyOf(tokens(i), LENGTH - 9 * (i + 1)));
        }
        // 8 sequences of different lengths, more than a pass, and then one token of each at a time.
        append(runner, batch, starts, two);
        while (batch.getFirst().length() < LENGTH) {
          step(runner, batch, two);
        }
        for (int i = 0; i < 8; i++) {
          while (batch.get(i).length() < LENGTH) {
            step(runner, List.of(batch.get(i)), List.of(i), Team.alone());
          }
          assertThat(batch.get(i).logits()).as("%s %s", type, i).isEqualTo(expected.get(i));
        }
      }
    }
  }

  private static void step(DecoderRunner runner, List<DecoderSession> batch, Team team) {
    step(runner, batch, IntStream.range(0, 8).boxed().toList(), team);
  }

  private static void step(
      DecoderRunner runner, List<DecoderSession> sessions, List<Integer> seeds, Team team) {
    List<int[]> next = new ArrayList<>();
    for (int i = 0; i < sessions.size(); i++) {
      next.add(new int[] {tokens(seeds.get(i))[sessions.get(i).length()]});
    }
    append(runner, sessions, next, team);
  }

  @Test
  void forksAndRewoundSequencesAreAsIfTheyHadNeverBeenTogether() {
    try (LoadedDecoder model = load("llama3")) {
      int[] tokens = tokens(5);
      float[][] expected = model.append(model.open(), tokens);
      DecoderSession session = model.open();
      model.append(session, Arrays.copyOf(tokens, 100));
      DecoderSession fork = session.fork();
      assertThat(fork.logits()).isEqualTo(expected[99]);
      model.append(session, 1, 2, 3, 4, 5);
      float[][] rest = model.append(fork, Arrays.copyOfRange(tokens, 100, LENGTH));
      assertThat(rest[rest.length - 1]).isEqualTo(expected[LENGTH - 1]);
      session.rewind(70);
      assertThatThrownBy(session::logits).isInstanceOf(IllegalStateException.class);
      assertThat(session.ids()).isEqualTo(Arrays.copyOf(tokens, 70));
      float[][] again = model.append(session, Arrays.copyOfRange(tokens, 70, LENGTH));
      assertThat(again[again.length - 1]).isEqualTo(expected[LENGTH - 1]);
      DecoderSession other = fork.fork();
      other.rewind(64);
      float[][] once = model.append(other, tokens[64]);
      assertThat(once[0]).isEqualTo(expected[64]);
      assertThat(model.append(fork, 7)[0]).hasSize(61);
      assertThatThrownBy(() -> other.rewind(66)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aCallThatFailsAppendsNothing() {
    try (LoadedDecoder model = load("llama3")) {
      DecoderRunner runner = new DecoderRunner(model.decoder());
      DecoderSession first = model.open();
      DecoderSession second = model.open();
      model.append(first, 5, 6, 7);
      float[] logits = first.logits();
      AtomicInteger asked = new AtomicInteger();
      int[] many = Arrays.copyOf(tokens(1), 200);
      assertThatThrownBy(
              () ->
                  runner.append(
                      List.of(first, second, model.open(), model.open()),
                      List.of(many, many, many, many),
                      null,
                      Team.alone(),
                      () -> asked.incrementAndGet() > 1))
          .isInstanceOf(CancellationException.class);
      assertThat(first.length()).isEqualTo(3);
      assertThat(first.logits()).isEqualTo(logits);
      assertThat(second.length()).isEqualTo(0);
      assertThatThrownBy(() -> model.append(first, 1, 61))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("61");
      assertThatThrownBy(() -> model.append(first, -1)).isInstanceOf(InvalidInputException.class);
      assertThatThrownBy(() -> model.append(first, new int[254]))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("256");
      assertThatThrownBy(() -> model.append(first)).isInstanceOf(IllegalArgumentException.class);
      assertThat(first.length()).isEqualTo(3);
      float[][] next = model.append(first, 8);
      assertThat(next[0]).isEqualTo(model.append(model.open(), 5, 6, 7, 8)[3]);
    }
  }

  @Test
  void aSequenceServesOneCallAtATime() {
    try (LoadedDecoder model = load("llama3")) {
      DecoderSession session = model.open();
      DecoderRunner runner = new DecoderRunner(model.decoder());
      assertThatThrownBy(
              () ->
                  runner.append(
                      List.of(session),
                      List.of(new int[] {1, 2}),
                      (sequence, position, logits, offset) -> session.rewind(0),
                      Team.alone(),
                      () -> false))
          .isInstanceOf(IllegalStateException.class);
      assertThat(session.length()).isEqualTo(0);
      assertThatThrownBy(
              () ->
                  append(
                      runner,
                      List.of(session, session),
                      List.of(new int[] {1}, new int[] {1}),
                      Team.alone()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
