package io.octavo.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * What serves the kernels of this process.
 *
 * @param portable the kernels of what machine code does not serve, in words
 * @param reason why these, as a sentence without a full stop
 * @param advice what would make it faster; empty if nothing
 * @param operations every operation with what serves it and, of machine code, why or why not
 */
public record KernelReport(String portable, String reason, String advice, List<String> operations) {

  static KernelReport of(
      KernelSelection selection,
      MachineProvider.Operation<MatrixProductKernel> products,
      MachineProvider.Operation<AttentionParts> attention) {
    String portable = selection.portable();
    List<String> operations = new ArrayList<>();
    operations.add(line("int8 products", portable, products));
    operations.add(line("attention", portable, attention));
    operations.add("float products, quantization, softmax, normalization, activation: " + portable);
    String advice = selection.advice();
    if (!products.advice().isEmpty()) {
      advice = advice.isEmpty() ? products.advice() : advice + " and " + products.advice();
    }
    return new KernelReport(portable, selection.reason(), advice, List.copyOf(operations));
  }

  private static String line(String name, String portable, MachineProvider.Operation<?> operation) {
    return operation.kernel() == null
        ? name + ": " + portable + "; no machine code, because " + operation.reason()
        : name + ": machine code, " + operation.title() + ", because " + operation.reason();
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
