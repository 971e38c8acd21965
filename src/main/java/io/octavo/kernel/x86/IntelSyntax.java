package io.octavo.kernel.x86;

import org.jspecify.annotations.Nullable;

/**
 * A vector instruction whose text, as GNU's assembler reads Intel's syntax, is made when it is
 * asked for: a process that runs the code never asks.
 *
 * @param instruction the instruction
 * @param evex whether it has the longer prefix
 * @param target the register it writes
 * @param first the operand between the target and the last one; null for none
 * @param last the last operand
 */
record IntelSyntax(
    VectorInstruction instruction,
    boolean evex,
    VectorRegister target,
    @Nullable VectorRegister first,
    Operand last) {

  @Override
  public String toString() {
    // Assemblers take the longer form of this one unless told otherwise.
    boolean told = instruction == VectorInstruction.VPDPBUSD && !evex;
    return (told ? "{vex} " : "")
        + instruction
        + " "
        + target
        + ", "
        + (first == null ? "" : first + ", ")
        + source(instruction, last, target);
  }

  /** The last operand, of vectors as wide as the target. */
  static Object source(VectorInstruction instruction, Operand operand, VectorRegister target) {
    return operand instanceof Address address && address.broadcast()
        ? address.location() + "{1to" + target.bytes() / instruction.element.bytes + "}"
        : operand;
  }

  /** What a jump's place is named by, so many bytes further. */
  static String relative(int distance) {
    return distance < 0 ? Integer.toString(distance) : "+" + distance;
  }
}
