package io.octavo.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class WorkerPoolTest {
  @Test
  void everyPieceRunsOnceWhateverTheSize() {
    for (int threads = 1; threads <= 4; threads++) {
      WorkerPool pool = new WorkerPool(threads);
      for (int round = 0; round < 200; round++) {
        try (Team team = pool.enter(1 + round % 4)) {
          assertThat(team.size()).isBetween(1, threads);
          for (int tasks : new int[] {0, 1, 2, 7, 50}) {
            AtomicIntegerArray runs = new AtomicIntegerArray(tasks + 1);
            AtomicIntegerArray active = new AtomicIntegerArray(team.size());
            team.run(
                tasks,
                (task, worker) -> {
                  assertThat(active.incrementAndGet(worker)).isEqualTo(1);
                  runs.incrementAndGet(task);
                  active.decrementAndGet(worker);
                });
            for (int task = 0; task < tasks; task++) {
              assertThat(runs.get(task)).isEqualTo(1);
            }
          }
        }
      }
    }
  }

  @Test
  void aBusyPoolLeavesTheCallerToItself() {
    WorkerPool pool = new WorkerPool(2);
    try (Team first = pool.enter(2);
        Team second = pool.enter(2)) {
      assertThat(first.size()).isEqualTo(2);
      assertThat(second.size()).isEqualTo(1);
    }
    try (Team again = pool.enter(2)) {
      assertThat(again.size()).isEqualTo(2);
    }
  }

  @Test
  void aFailureReachesTheCallerAndThePoolGoesOn() {
    WorkerPool pool = new WorkerPool(2);
    for (int round = 0; round < 50; round++) {
      try (Team team = pool.enter(2)) {
        assertThatThrownBy(
                () ->
                    team.run(
                        20,
                        (task, worker) -> {
                          if (task == 13) {
                            throw new IllegalStateException("piece 13");
                          }
                        }))
            .hasMessage("piece 13");
        AtomicIntegerArray runs = new AtomicIntegerArray(20);
        team.run(20, (task, worker) -> runs.incrementAndGet(task));
        for (int task = 0; task < 20; task++) {
          assertThat(runs.get(task)).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void refusesNoThreads() {
    assertThatThrownBy(() -> new WorkerPool(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
