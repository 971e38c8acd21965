package io.octavo.quantize;

import io.octavo.kernel.PanelMatrix;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.WeightMatrix;

/**
 * Weights as int8 codes with a constant per output feature, packed for the matrix products: {@code
 * w ~ (code + offset) * step}.
 *
 * @param codes the codes
 * @param steps value of one step, per output
 * @param offsets what is added to a code, per output; all 0 for absmax
 * @param sums sum of the codes, per output; counted for the schemes that need it
 */
public record QuantizedWeights(PanelMatrix codes, float[] steps, double[] offsets, long[] sums) {

  /**
   * Quantizes {@code weights} in parallel, one panel of outputs at a time, so that no more than a
   * panel per worker is ever held as floats.
   *
   * @throws io.octavo.error.InvalidInputException if a weight is NaN or infinite
   */
  public static QuantizedWeights quantize(
      WeightMatrix weights, LlmInt8 options, NativeMemory memory, Team team) {
    int outputs = weights.rows();
    QuantizedWeights target =
        new QuantizedWeights(
            PanelMatrix.allocate(DType.I8, outputs, weights.columns(), memory),
            new float[outputs],
            new double[outputs],
            new long[outputs]);
    new WeightQuantizer(weights, options, target, team.size()).run(team);
    return target;
  }

  /** The weight of an output and input as its code says. */
  public float dequantize(int output, int input) {
    return (float) ((codes.code(output, input) + offsets[output]) * steps[output]);
  }
}
