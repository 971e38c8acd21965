package io.octavo.layer;

import io.octavo.kernel.Kernels;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import io.octavo.parallel.Team;
import io.octavo.quantize.RowPreparation;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.WeightMatrix;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer with weights in float32, float16 or bfloat16, widened in the kernel; there is
 * never a float copy of a 16-bit matrix.
 */
public final class FloatLinear implements Linear {
  private final PanelMatrix weights;
  private final float @Nullable [] bias;
  private final MatrixProductKernel kernel = Kernels.matrixProduct();

  private FloatLinear(PanelMatrix weights, float @Nullable [] bias) {
    this.weights = weights;
    this.bias = bias;
  }

  /**
   * Packs {@code weights} in {@code type}.
   *
   * @param weights {@code [outputs, inputs]}
   * @param bias {@code [outputs]} or null for none
   * @param type {@link DType#F32}, {@link DType#F16} or {@link DType#BF16}
   * @param memory where the weights go
   * @param team packs in parallel
   * @throws io.octavo.error.InvalidInputException if a weight is not finite, or not in the range of
   *     {@code type}
   */
  public static FloatLinear pack(
      WeightMatrix weights, float @Nullable [] bias, DType type, NativeMemory memory, Team team) {
    if (type == DType.I8) {
      throw new IllegalArgumentException("A float layer is not stored in int8; see Int8Linear");
    }
    checkBias(weights, bias);
    PanelMatrix packed = PanelMatrix.allocate(type, weights.rows(), weights.columns(), memory);
    float[][] values = new float[team.size()][];
    int rows = Math.min(PanelMatrix.WIDTH, weights.rows());
    team.run(
        packed.panels(),
        (panel, worker) -> {
          if (values[worker] == null) {
            values[worker] = new float[weights.columns() * rows];
          }
          weights.readRows(panel * PanelMatrix.WIDTH, packed.width(panel), values[worker], 0);
          packed.store(panel, values[worker]);
        });
    return new FloatLinear(packed, bias);
  }

  static void checkBias(WeightMatrix weights, float @Nullable [] bias) {
    if (bias != null && bias.length != weights.rows()) {
      throw new IllegalArgumentException(
          "A bias of " + bias.length + " for " + weights.rows() + " outputs");
    }
  }

  @Override
  public int inputs() {
    return weights.inputs();
  }

  @Override
  public int outputs() {
    return weights.outputs();
  }

  /** The weights. */
  public PanelMatrix weights() {
    return weights;
  }

  /** The bias, {@code [outputs]}, or null for none; not a copy. */
  public float @Nullable [] bias() {
    return bias;
  }

  @Override
  public void forward(
      RowPreparation preparation, float[] x, int rows, float[] y, Workspace workspace) {
    Objects.checkFromIndexSize(0, rows * inputs(), x.length);
    Objects.checkFromIndexSize(0, rows * outputs(), y.length);
    preparation.prepareAll(rows, workspace.team());
    Blocks blocks = Blocks.of(rows, outputs(), workspace.team().size());
    workspace
        .team()
        .run(blocks.tasks(), (task, worker) -> run(blocks, task, x, y, workspace, worker));
  }

  private void run(Blocks blocks, int task, float[] x, float[] y, Workspace workspace, int worker) {
    int firstRow = blocks.firstRow(task);
    int rows = blocks.rowCount(task);
    int firstPanel = blocks.firstPanel(task);
    int lastPanel = blocks.lastPanel(task);
    int target = firstRow * outputs() + firstPanel * PanelMatrix.WIDTH;
    kernel.multiply(
        x,
        firstRow * inputs(),
        rows,
        weights,
        firstPanel,
        lastPanel,
        bias,
        y,
        target,
        outputs(),
        workspace.scratch(worker));
  }
}
