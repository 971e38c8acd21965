package io.octavo.benchmarks;

import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import io.octavo.layer.Blocks;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;

/** The product of one row with square matrices, cut and called as linear layers do. */
final class LayerRow {
  private final int width;
  private final DType type;
  private final MatrixProductKernel kernel;
  private final Blocks blocks;
  private final float[] values;
  private final byte[] codes;
  private final float[] rowSteps = {0.01f};
  private final float[] steps;
  private final float[] results;
  private final KernelScratch[] scratch;

  LayerRow(int width, DType type, MatrixProductKernel kernel, int workers) {
    this.width = width;
    this.type = type;
    this.kernel = kernel;
    this.blocks = Blocks.of(1, width, workers);
    this.values = RandomData.normal(width, 1);
    this.codes = RandomData.biasedCodes(width);
    this.steps = RandomData.normal(width, 2);
    this.results = new float[width];
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
    int at = first * PanelMatrix.WIDTH;
    if (type == DType.I8) {
      kernel.multiplyDequantized(
          codes,
          0,
          1,
          weights,
          first,
          last,
          rowSteps,
          0,
          steps,
          null,
          results,
          at,
          width,
          scratch[worker]);
    } else {
      kernel.multiply(
          values, 0, 1, weights, first, last, null, results, at, width, scratch[worker]);
    }
  }
}
