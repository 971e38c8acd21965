package io.octavo.quantize;

import io.octavo.kernel.Kernels;
import io.octavo.kernel.PanelMatrix;
import io.octavo.parallel.Team;
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
 * @param absmax for absmax, the magnitude that has the code 127, per output, from which the step
 *     comes; else 0
 */
public record QuantizedWeights(
    PanelMatrix codes, float[] steps, double[] offsets, long[] sums, float[] absmax) {

  /**
   * Quantizes {@code weights} in parallel, one panel of outputs at a time, so that no more than a
   * panel per worker is ever held as floats. Weights that are int8 codes already, with a constant
   * per output ({@link io.octavo.tensor.CodedMatrix}), are taken as they are.
   *
   * @throws io.octavo.error.InvalidInputException if a weight is NaN or infinite, or the weights
   *     are codes and the scheme asks for others
   */
  public static QuantizedWeights quantize(
      WeightMatrix weights, LlmInt8 options, NativeMemory memory, Team team) {
    int outputs = weights.rows();
    QuantizedWeights target =
        new QuantizedWeights(
            PanelMatrix.allocateCodes(
                outputs, weights.columns(), Kernels.matrixProduct().codeLayout(), memory),
            new float[outputs],
            new double[outputs],
            new long[outputs],
            new float[outputs]);
    if (CodePacker.isCoded(weights)) {
      CodePacker.pack(weights, options.scheme(), target, team);
    } else {
      new WeightQuantizer(weights, options, target, team.size()).run(team);
    }
    return target;
  }

  /** The weight of an output and input as its code says. */
  public float dequantize(int output, int input) {
    return (float) ((codes.code(output, input) + offsets[output]) * steps[output]);
  }
}
