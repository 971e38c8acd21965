package io.octavo.layer;

import io.octavo.kernel.PanelMatrix;

/**
 * How a matrix product is cut into pieces of work: blocks of rows times runs of panels, at least a
 * few pieces per worker where there are enough. The cut never shows in the result.
 *
 * @param rows rows of the product
 * @param panels panels of the matrix
 * @param rowsPerTask rows of a piece; the last ones may have fewer
 * @param panelsPerTask panels of a piece; the last ones may have fewer
 */
public record Blocks(int rows, int panels, int rowsPerTask, int panelsPerTask) {
  /** Enough rows to make little of the widening of a panel, and a whole number of tiles. */
  private static final int MAX_ROWS = 252;

  /** A whole number of tiles of every kernel: they have 4 rows or 6. */
  private static final int TILE_ROWS = 12;

  private static final int MAX_PANELS = 8;
  private static final int TASKS_PER_WORKER = 4;

  /** The panels that the fastest kernel of a single row takes at a time. */
  private static final int PANELS_OF_ROW = 4;

  /** How much longer a panel takes than what comes on top of the panels of a piece. */
  private static final int PANEL_TIME = 8;

  /** Cuts the product of {@code rows} rows with a matrix of {@code outputs} outputs. */
  public static Blocks of(int rows, int outputs, int workers) {
    int panels = PanelMatrix.panels(outputs);
    int rowBlocks = Math.max(1, ceiling(rows, MAX_ROWS));
    int rowsPerTask = Math.max(1, ceiling(ceiling(rows, rowBlocks), TILE_ROWS)) * TILE_ROWS;
    int wanted = workers == 1 ? 1 : ceiling(workers * TASKS_PER_WORKER, rowBlocks);
    int most = Math.clamp(ceiling(panels, Math.max(1, wanted)), 1, MAX_PANELS);
    int blocks = ceiling(rows, rowsPerTask);
    int best = most;
    for (int fewer = most - 1; fewer > 0; fewer--) {
      best =
          time(blocks, panels, fewer, workers) < time(blocks, panels, best, workers) ? fewer : best;
    }
    boolean whole = rows == 1 && best > PANELS_OF_ROW;
    return new Blocks(rows, panels, rowsPerTask, whole ? best - best % PANELS_OF_ROW : best);
  }

  /** How long the worker with the most pieces has, counted in parts of a panel. */
  private static int time(int rowBlocks, int panels, int panelsPerTask, int workers) {
    int tasks = rowBlocks * ceiling(panels, panelsPerTask);
    return ceiling(tasks, workers) * (panelsPerTask * PANEL_TIME + 1);
  }

  /** Number of pieces. */
  public int tasks() {
    return ceiling(rows, rowsPerTask) * panelGroups();
  }

  /** First row of a piece. */
  public int firstRow(int task) {
    return task / panelGroups() * rowsPerTask;
  }

  /** Rows of a piece. */
  public int rowCount(int task) {
    return Math.min(rowsPerTask, rows - firstRow(task));
  }

  /** First panel of a piece. */
  public int firstPanel(int task) {
    return task % panelGroups() * panelsPerTask;
  }

  /** The panel behind the last of a piece. */
  public int lastPanel(int task) {
    return Math.min(panels, firstPanel(task) + panelsPerTask);
  }

  private int panelGroups() {
    return Math.max(1, ceiling(panels, panelsPerTask));
  }

  private static int ceiling(int number, int divisor) {
    return (number + divisor - 1) / divisor;
  }
}
