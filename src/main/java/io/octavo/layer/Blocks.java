package io.octavo.layer;

import io.octavo.kernel.PanelMatrix;

/**
 * How a matrix product is cut into pieces of work: blocks of rows that stay in the cache, times
 * runs of panels, at least a few per worker where there are enough. The cut never shows in the
 * result.
 */
record Blocks(int rows, int panels, int rowsPerTask, int panelsPerTask) {
  /** Rows whose activations, widened, share the second-level cache with a block of weights. */
  private static final int MAX_ROWS = 96;

  private static final int MAX_PANELS = 4;
  private static final int TASKS_PER_WORKER = 3;

  static Blocks of(int rows, int outputs, int workers) {
    int panels = PanelMatrix.panels(outputs);
    int rowBlocks = Math.max(1, ceiling(rows, MAX_ROWS));
    int wanted = workers == 1 ? 1 : ceiling(workers * TASKS_PER_WORKER, rowBlocks);
    int panelsPerTask = Math.clamp(ceiling(panels, Math.max(1, wanted)), 1, MAX_PANELS);
    return new Blocks(rows, panels, MAX_ROWS, panelsPerTask);
  }

  int tasks() {
    return ceiling(rows, rowsPerTask) * panelGroups();
  }

  int firstRow(int task) {
    return task / panelGroups() * rowsPerTask;
  }

  int rowCount(int task) {
    return Math.min(rowsPerTask, rows - firstRow(task));
  }

  int firstPanel(int task) {
    return task % panelGroups() * panelsPerTask;
  }

  int lastPanel(int task) {
    return Math.min(panels, firstPanel(task) + panelsPerTask);
  }

  private int panelGroups() {
    return Math.max(1, ceiling(panels, panelsPerTask));
  }

  private static int ceiling(int number, int divisor) {
    return (number + divisor - 1) / divisor;
  }
}
