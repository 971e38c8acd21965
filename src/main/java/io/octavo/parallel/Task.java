package io.octavo.parallel;

/** One of many independent pieces of work. */
@FunctionalInterface
public interface Task {
  /**
   * Does piece {@code task}.
   *
   * @param task index of the piece, from 0
   * @param worker index of the worker that runs it, from 0 to the team's size; two pieces that run
   *     at the same time have different workers, so scratch memory can be kept by worker
   */
  void run(int task, int worker);
}
