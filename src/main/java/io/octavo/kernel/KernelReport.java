package io.octavo.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * What serves the kernels of this process.
 *
 * @param portable the kernels of every operation that machine code does not serve, in words
 * @param reason why these, as a sentence without a full stop
 * @param advice what would make it faster; empty if nothing
 * @param operations every operation with what serves it and, of machine code, why or why not
 */
public record KernelReport(String portable, String reason, String advice, List<String> operations) {

  static KernelReport of(KernelSelection selection, MachineProvider machine) {
    String portable = selection.portable();
    boolean serves = machine.matrixProduct() != null;
    List<String> operations = new ArrayList<>();
    operations.add(
        "int8 products: "
            + (serves ? "machine code, " : portable + "; no machine code, because ")
            + (serves ? machine.title() + ", because " : "")
            + machine.reason());
    for (String operation :
        List.of(
            "float products",
            "quantization",
            "attention",
            "softmax",
            "normalization",
            "activation")) {
      operations.add(operation + ": " + portable);
    }
    String advice = selection.advice();
    if (!machine.advice().isEmpty()) {
      advice = advice.isEmpty() ? machine.advice() : advice + " and " + machine.advice();
    }
    return new KernelReport(portable, selection.reason(), advice, List.copyOf(operations));
  }

  /** One line: what serves, why, and what would be faster. */
  @Override
  public String toString() {
    return "Octavo runs on "
        + portable
        + " kernels: "
        + reason
        + "; "
        + operations.getFirst()
        + (advice.isEmpty() ? "" : "; for faster ones, " + advice)
        + ".";
  }
}
