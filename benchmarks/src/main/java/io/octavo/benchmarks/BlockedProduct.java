package io.octavo.benchmarks;

import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import io.octavo.layer.Blocks;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;

/**
 * The kernel of a matrix product, called block by block as the linear layers do, without what they
 * do before and after: int8 operands are codes, and results are left in int32.
 */
final class BlockedProduct {
  private final Shape shape;
  private final DType type;
  private final MatrixProductKernel kernel;
  private final Blocks blocks;
  private final float[] values;
  private final byte[] codes;
  private final float[] results;
  private final int[][] accumulators;
  private final KernelScratch[] scratch;

  BlockedProduct(Shape shape, DType type, MatrixProductKernel kernel, int workers) {
    boolean int8 = type == DType.I8;
    int operands = shape.rows() * shape.inputs();
    this.shape = shape;
    this.type = type;
    this.kernel = kernel;
    this.blocks = Blocks.of(shape.rows(), shape.outputs(), workers);
    this.values = int8 ? new float[0] : RandomData.normal(operands, 1);
    this.codes = int8 ? RandomData.biasedCodes(operands) : new byte[0];
    this.results = new float[int8 ? 0 : shape.rows() * shape.outputs()];
    this.accumulators =
        new int[workers][blocks.rowsPerTask() * blocks.panelsPerTask() * PanelMatrix.WIDTH];
    this.scratch = new KernelScratch[workers];
    for (int i = 0; i < workers; i++) {
      scratch[i] = new KernelScratch();
    }
  }

  /** Multiplies; returns something that depends on the results. */
  Object multiply(PanelMatrix weights, Team team) {
    team.run(blocks.tasks(), (task, worker) -> multiply(weights, task, worker));
    return type == DType.I8 ? accumulators : results;
  }

  private void multiply(PanelMatrix weights, int task, int worker) {
    int firstRow = blocks.firstRow(task);
    int firstPanel = blocks.firstPanel(task);
    int lastPanel = blocks.lastPanel(task);
    if (type == DType.I8) {
      kernel.multiplyCodes(
          codes,
          firstRow * shape.inputs(),
          blocks.rowCount(task),
          weights,
          firstPanel,
          lastPanel,
          accumulators[worker],
          0,
          (lastPanel - firstPanel) * PanelMatrix.WIDTH,
          scratch[worker]);
    } else {
      kernel.multiply(
          values,
          firstRow * shape.inputs(),
          blocks.rowCount(task),
          weights,
          firstPanel,
          lastPanel,
          null,
          results,
          firstRow * shape.outputs() + firstPanel * PanelMatrix.WIDTH,
          shape.outputs(),
          scratch[worker]);
    }
  }
}
