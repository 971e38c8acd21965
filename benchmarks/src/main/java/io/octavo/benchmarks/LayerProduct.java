package io.octavo.benchmarks;

import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import io.octavo.layer.Blocks;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;

/** Products of some rows with square matrices, cut and called as linear layers do. */
final class LayerProduct {
  private final int rows;
  private final int width;
  private final DType type;
  private final MatrixProductKernel kernel;
  private final Blocks blocks;
  private final float[] values;
  private final byte[] codes;
  private final float[] rowSteps;
  private final float[] steps;
  private final float[] results;
  private final KernelScratch[] scratch;

  LayerProduct(int rows, int width, DType type, MatrixProductKernel kernel, int workers) {
    this.rows = rows;
    this.width = width;
    this.type = type;
    this.kernel = kernel;
    this.blocks = Blocks.of(rows, width, workers);
    this.values = RandomData.normal(rows * width, 1);
    this.codes = RandomData.biasedCodes(rows * width);
    this.rowSteps = RandomData.normal(rows, 3);
    this.steps = RandomData.normal(width, 2);
    this.results = new float[rows * width];
    this.scratch = new KernelScratch[workers];
    for (int i = 0; i < workers; i++) {
      scratch[i] = new KernelScratch();
    }
  }

  void multiply(PanelMatrix weights, Team team) {
    team.run(blocks.tasks(), (task, worker) -> multiply(weights, task, worker));
  }

  private void multiply(PanelMatrix weights, int task, int worker) {
    int first = blocks.firstPanel(task);
    int last = blocks.lastPanel(task);
    int row = blocks.firstRow(task);
    int count = blocks.rowCount(task);
    int at = row * width + first * PanelMatrix.WIDTH;
    if (type == DType.I8) {
      kernel.multiplyDequantized(
          codes,
          row * width,
          count,
          weights,
          first,
          last,
          rowSteps,
          row,
          steps,
          null,
          results,
          at,
          width,
          scratch[worker]);
    } else {
      kernel.multiply(
          values,
          row * width,
          count,
          weights,
          first,
          last,
          null,
          results,
          at,
          width,
          scratch[worker]);
    }
  }
}
