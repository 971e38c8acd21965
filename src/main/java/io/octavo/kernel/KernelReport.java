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

  /**
   * An operation that there is machine code for.
   *
   * @param name its name
   * @param machine whether machine code serves it
   */
  record Service(String name, MachineProvider.Operation<?> machine) {
    String line(String portable) {
      return machine.kernel() == null
          ? name + ": " + portable + "; no machine code, because " + machine.reason()
          : name + ": machine code, " + machine.title() + ", because " + machine.reason();
    }
  }

  /** What serves, with the most important operation first. */
  static KernelReport of(KernelSelection selection, List<Service> services) {
    String portable = selection.portable();
    List<String> operations = new ArrayList<>();
    services.forEach(service -> operations.add(service.line(portable)));
    String advice = selection.advice();
    String further = services.getFirst().machine().advice();
    if (!further.isEmpty()) {
      advice = advice.isEmpty() ? further : advice + " and " + further;
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
