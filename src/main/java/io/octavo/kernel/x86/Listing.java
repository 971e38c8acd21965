package io.octavo.kernel.x86;

import java.util.ArrayList;
import java.util.List;

/** Prints the assembly of every kernel with its bytes; runs nothing of it. */
public final class Listing {
  private Listing() {}

  /** Everything that may be installed. */
  static List<MachineCode> kernels() {
    List<MachineCode> code = new ArrayList<>(CpuFeatures.code());
    code.addAll(MachineTile.code());
    code.add(BlockWeightsCode.code());
    code.addAll(MachineWeightedValues.code());
    for (CodePath path : CodePath.values()) {
      code.addAll(CodeProducts.sumsCode(path));
      code.addAll(CodeValueProducts.code(path));
      code.addAll(CodeRowProducts.code(path));
      code.add(ProductPeak.code(path));
    }
    for (FloatPath path : FloatPath.values()) {
      code.addAll(FloatProducts.code(path));
      code.addAll(FloatRowProducts.code(path));
    }
    code.addAll(SoftmaxCode.code());
    code.addAll(NormalizationCode.all());
    code.addAll(QuantizationCode.code());
    code.addAll(ActivationCode.all());
    return code;
  }

  /** Without arguments all kernels, or those whose names contain the argument. */
  public static void main(String[] arguments) {
    String part = arguments.length == 0 ? "" : arguments[0];
    for (MachineCode code : kernels()) {
      if (code.name().contains(part)) {
        System.out.println(code.listing());
      }
    }
  }
}
