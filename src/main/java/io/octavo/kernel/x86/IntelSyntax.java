package io.octavo.kernel.x86;

/** Vector instructions as text, as GNU's assembler reads Intel's syntax. */
final class IntelSyntax {
  private IntelSyntax() {}

  /**
   * An instruction.
   *
   * @param first what stands between the target and the last operand, with a comma behind each
   */
  static String text(
      VectorInstruction instruction,
      boolean evex,
      VectorRegister target,
      String first,
      Operand last) {
    // Assemblers take the longer form of this one unless told otherwise.
    boolean told = instruction == VectorInstruction.VPDPBUSD && !evex;
    return (told ? "{vex} " : "")
        + instruction.mnemonic()
        + " "
        + target
        + ", "
        + first
        + source(instruction, last, target);
  }

  /** The last operand, of vectors as wide as the target. */
  static String source(VectorInstruction instruction, Operand operand, VectorRegister target) {
    return operand instanceof Address address && address.broadcast()
        ? address.location() + "{1to" + target.bytes() / instruction.element.bytes + "}"
        : operand.toString();
  }

  /** What a jump's place is named by, so many bytes further. */
  static String relative(int distance) {
    return distance < 0 ? Integer.toString(distance) : "+" + distance;
  }
}
