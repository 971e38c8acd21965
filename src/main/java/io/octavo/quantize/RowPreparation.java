package io.octavo.quantize;

import io.octavo.parallel.Team;

/**
 * What has to be done to rows before a linear layer reads them: a norm, an addition to the residual
 * stream, an activation. A layer that quantizes its input does it to a few rows at a time and
 * quantizes them while they are in the first-level cache, so that no sweep over the matrix of all
 * rows stands between a norm and the products of codes; a layer that works on floats does it to all
 * rows first. The result is the same, bit for bit: rows do not depend on each other.
 *
 * <p>Rows are left where the layer reads them, in floats, and stay there: outliers, and what else
 * needs them, find them after the layer has run.
 */
@FunctionalInterface
public interface RowPreparation {
  /** For rows that are there. */
  RowPreparation NONE = (first, count) -> {};

  /** Rows that a worker takes at once. */
  int ROWS_PER_TASK = 16;

  /**
   * Prepares rows {@code first} to {@code first + count - 1}. Every row is prepared once, by any of
   * the team's workers, before anything that the layer writes.
   */
  void prepare(int first, int count);

  /** This, and for the same rows something else afterwards. */
  default RowPreparation andThen(RowPreparation next) {
    return (first, count) -> {
      prepare(first, count);
      next.prepare(first, count);
    };
  }

  /** Prepares {@code rows} rows, from the first on, on all workers. */
  default void prepareAll(int rows, Team team) {
    if (this != NONE) {
      team.run(
          (rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK,
          (task, worker) -> {
            int first = task * ROWS_PER_TASK;
            prepare(first, Math.min(ROWS_PER_TASK, rows - first));
          });
    }
  }
}
