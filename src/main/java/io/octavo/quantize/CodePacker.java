package io.octavo.quantize;

import io.octavo.error.InvalidInputException;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import io.octavo.parallel.Team;
import io.octavo.tensor.CodedMatrix;
import io.octavo.tensor.DType;
import io.octavo.tensor.WeightMatrix;
import java.util.ArrayList;
import java.util.List;

/** Packs weights that are int8 codes already: codes and constants stay what they are. */
final class CodePacker {
  private static final int WIDTH = PanelMatrix.WIDTH;

  private final List<CodedMatrix> parts;
  private final Int8Scheme scheme;
  private final QuantizedWeights target;
  private final int inputs;

  private CodePacker(
      List<CodedMatrix> parts, Int8Scheme scheme, QuantizedWeights target, int inputs) {
    this.parts = parts;
    this.scheme = scheme;
    this.target = target;
    this.inputs = inputs;
  }

  /** Whether {@code weights}, or some of the matrices they were stacked from, are codes. */
  static boolean isCoded(WeightMatrix weights) {
    return weights.parts().stream().anyMatch(part -> part.type() == DType.I8);
  }

  /**
   * Packs {@code weights}, {@link #isCoded coded} as absmax per output.
   *
   * @throws InvalidInputException if the scheme asks for other constants, or some of the matrices
   *     that were stacked are no codes
   */
  static void pack(WeightMatrix weights, Int8Scheme scheme, QuantizedWeights target, Team team) {
    if (scheme.zeropointWeights() || scheme.weights() != Granularity.ROW) {
      throw new InvalidInputException(
          "The weights are int8 codes already, by absmax per output feature, and the scheme "
              + scheme
              + " asks for others; use ABSMAX_VECTOR, or load the float model");
    }
    List<CodedMatrix> parts = new ArrayList<>();
    for (WeightMatrix part : weights.parts()) {
      if (!(part instanceof CodedMatrix coded)) {
        throw new InvalidInputException(
            "Of matrices that are one layer here, some are int8 codes already and some are not");
      }
      parts.add(coded);
    }
    CodePacker packer = new CodePacker(parts, scheme, target, weights.columns());
    team.run(target.codes().panels(), (panel, worker) -> packer.pack(panel));
  }

  private void pack(int panel) {
    int begin = panel * WIDTH;
    int end = begin + target.codes().width(panel);
    byte[] codes = new byte[inputs * (end - begin)];
    int first = 0;
    for (CodedMatrix part : parts) {
      int from = Math.max(begin, first);
      int to = Math.min(end, first + part.rows());
      if (from < to) {
        part.readCodes(from - first, to - from, codes, (from - begin) * inputs);
        for (int output = from; output < to; output++) {
          target.absmax()[output] = part.absmax(output - first);
          target.steps()[output] = part.step(output - first);
        }
      }
      first += part.rows();
    }
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) (codes[i] + MatrixProductKernel.CODE_BIAS);
    }
    if (scheme.zeropointActivations()) {
      for (int n = begin; n < end; n++) {
        target.sums()[n] = PanelMatrix.sum(codes, (n - begin) * inputs, inputs);
      }
    }
    target.codes().storeCodes(panel, codes);
  }
}
