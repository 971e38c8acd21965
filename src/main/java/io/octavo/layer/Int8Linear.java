package io.octavo.layer;

import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.Kernels;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import io.octavo.parallel.Team;
import io.octavo.quantize.ActivationQuantizer;
import io.octavo.quantize.LlmInt8;
import io.octavo.quantize.OutlierCensus;
import io.octavo.quantize.OutlierProduct;
import io.octavo.quantize.QuantizedRows;
import io.octavo.quantize.QuantizedWeights;
import io.octavo.quantize.RowPreparation;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.WeightMatrix;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer in int8: LLM.int8() (Dettmers et al., arXiv:2208.07339) and the plain schemes it
 * is compared with. Per row: outliers leave, the rest is quantized and multiplied exactly in int32,
 * the product is scaled by the row's and the output's constants and the bias is added, then the
 * outliers' floating-point part, in ascending order of the features.
 */
public final class Int8Linear implements Linear {
  private final QuantizedWeights weights;
  private final OutlierProduct outlierProduct;
  private final ActivationQuantizer quantizer;
  private final LlmInt8 options;
  private final float @Nullable [] bias;
  private final MatrixProductKernel kernel = Kernels.matrixProduct();

  private Int8Linear(
      QuantizedWeights weights,
      OutlierProduct outlierProduct,
      LlmInt8 options,
      float @Nullable [] bias) {
    this.weights = weights;
    this.outlierProduct = outlierProduct;
    this.quantizer = new ActivationQuantizer(options, weights.codes().inputs());
    this.options = options;
    this.bias = bias;
  }

  /**
   * Quantizes {@code weights}. With outlier weights other than {@link
   * io.octavo.quantize.OutlierWeights#INT8} the layer keeps reading columns of {@code weights}, so
   * their memory must outlive it. Weights that are int8 codes already stay what they are, and meet
   * outliers dequantized.
   *
   * @param weights {@code [outputs, inputs]}
   * @param bias {@code [outputs]} or null for none
   * @param options how to quantize
   * @param memory where the codes go
   * @param team quantizes in parallel
   * @throws io.octavo.error.InvalidInputException if a weight is NaN or infinite, or the weights
   *     are codes and the scheme asks for others
   */
  public static Int8Linear quantize(
      WeightMatrix weights,
      float @Nullable [] bias,
      LlmInt8 options,
      NativeMemory memory,
      Team team) {
    FloatLinear.checkBias(weights, bias);
    QuantizedWeights quantized = QuantizedWeights.quantize(weights, options, memory, team);
    return new Int8Linear(quantized, OutlierProduct.of(weights, quantized, options), options, bias);
  }

  @Override
  public int inputs() {
    return weights.codes().inputs();
  }

  @Override
  public int outputs() {
    return weights.codes().outputs();
  }

  /** The options the layer was quantized with. */
  public LlmInt8 options() {
    return options;
  }

  /** The codes and constants. */
  public QuantizedWeights weights() {
    return weights;
  }

  /** The bias, {@code [outputs]}, or null for none; not a copy. */
  public float @Nullable [] bias() {
    return bias;
  }

  /** Whether outliers make it read the weights it was quantized from. */
  public boolean readsSource() {
    return options.decomposes() && outlierProduct.readsSource();
  }

  /** The outliers met so far. */
  public OutlierCensus census() {
    return quantizer.census();
  }

  @Override
  public void forward(
      RowPreparation preparation, float[] x, int rows, float[] y, Workspace workspace) {
    Objects.checkFromIndexSize(0, rows * inputs(), x.length);
    Objects.checkFromIndexSize(0, rows * outputs(), y.length);
    quantizer.quantize(preparation, x, rows, workspace.quantizedRows(), workspace.team());
    Blocks blocks = Blocks.of(rows, outputs(), workspace.team().size());
    long readings = outlierProduct.readings();
    workspace
        .team()
        .run(blocks.tasks(), (task, worker) -> run(blocks, task, x, y, workspace, worker));
    outlierProduct.checkReadings(readings);
  }

  private void run(Blocks blocks, int task, float[] x, float[] y, Workspace workspace, int worker) {
    QuantizedRows quantized = workspace.quantizedRows();
    int firstRow = blocks.firstRow(task);
    int rows = blocks.rowCount(task);
    int firstPanel = blocks.firstPanel(task);
    int lastPanel = blocks.lastPanel(task);
    int first = firstPanel * PanelMatrix.WIDTH;
    int count = Math.min(outputs(), lastPanel * PanelMatrix.WIDTH) - first;
    if (options.scheme().zeropointActivations()) {
      int stride = (lastPanel - firstPanel) * PanelMatrix.WIDTH;
      int[] products = workspace.accumulators(worker, rows * stride);
      kernel.multiplyCodes(
          quantized.codes(),
          firstRow * inputs(),
          rows,
          weights.codes(),
          firstPanel,
          lastPanel,
          products,
          0,
          stride,
          workspace.scratch(worker));
      for (int r = 0; r < rows; r++) {
        int target = (firstRow + r) * outputs() + first;
        correct(quantized, firstRow + r, products, r * stride, y, target, first, count);
      }
    } else {
      KernelScratch scratch = workspace.scratch(worker);
      if (rows == 1 && quantized.outliers(firstRow) > 0) {
        int[] columns = workspace.columns(worker, inputs());
        int found = quantizer.outlierColumns(x, firstRow, quantized, columns);
        outlierProduct.fetchAhead(columns, found, first, scratch.fetchAhead());
      }
      kernel.multiplyDequantized(
          quantized.codes(),
          firstRow * inputs(),
          rows,
          weights.codes(),
          firstPanel,
          lastPanel,
          quantized.steps(),
          firstRow,
          weights.steps(),
          bias,
          y,
          firstRow * outputs() + first,
          outputs(),
          scratch);
      scratch.fetchAhead().clear();
    }
    for (int row = firstRow; row < firstRow + rows; row++) {
      int target = row * outputs() + first;
      if (quantized.weightOnly(row)) {
        kernel.multiply(
            x,
            row * inputs(),
            1,
            weights.codes(),
            firstPanel,
            lastPanel,
            null,
            y,
            target,
            outputs(),
            workspace.scratch(worker));
        scaleWeightOnly(x, row, y, target, first, count);
      } else if (quantized.outliers(row) > 0) {
        addOutliers(x, row, quantized, y, target, first, count, workspace, worker);
      }
    }
  }

  private void addOutliers(
      float[] x,
      int row,
      QuantizedRows quantized,
      float[] y,
      int target,
      int first,
      int count,
      Workspace workspace,
      int worker) {
    int[] columns = workspace.columns(worker, inputs());
    int found = quantizer.outlierColumns(x, row, quantized, columns);
    for (int i = 0; i < found; i++) {
      float value = x[row * inputs() + columns[i]];
      outlierProduct.accumulate(
          columns[i], value, y, target, first, count, workspace.scratch(worker));
    }
  }

  /** {@code (A + a)(B + b) = AB + b A + a B + a b}, summed over the inputs, in double. */
  private void correct(
      QuantizedRows quantized,
      int row,
      int[] accumulators,
      int offset,
      float[] y,
      int target,
      int first,
      int count) {
    double a = quantized.offset(row);
    long sum = 0;
    for (int k = 0; k < inputs(); k++) {
      sum += quantized.code(row * inputs() + k);
    }
    for (int n = 0; n < count; n++) {
      double b = weights.offsets()[first + n];
      double corrected =
          accumulators[offset + n] + b * sum + a * weights.sums()[first + n] + a * b * inputs();
      double value = corrected * quantized.step(row) * weights.steps()[first + n];
      y[target + n] = (float) (bias == null ? value : value + bias[first + n]);
    }
  }

  /** What a row of activations times codes lacks: the codes' offsets and steps, and the bias. */
  private void scaleWeightOnly(float[] x, int row, float[] y, int target, int first, int count) {
    double sum = 0;
    if (options.scheme().zeropointWeights()) {
      for (int k = 0; k < inputs(); k++) {
        sum += x[row * inputs() + k];
      }
    }
    for (int n = 0; n < count; n++) {
      double value =
          (y[target + n] + weights.offsets()[first + n] * sum) * weights.steps()[first + n];
      y[target + n] = (float) (bias == null ? value : value + bias[first + n]);
    }
  }
}
