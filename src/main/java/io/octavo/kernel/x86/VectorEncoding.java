package io.octavo.kernel.x86;

/**
 * The prefixes of vector instructions: VEX where every operand allows it, else EVEX, as assemblers
 * choose.
 */
final class VectorEncoding {
  private VectorEncoding() {}

  /**
   * Encodes an instruction without its immediate.
   *
   * @param opcode the instruction's, or that of its form that stores
   * @param reg number of the register in ModRM's {@code reg}, or the opcode's extension
   * @param vvvv number of the register in the prefix, 0 where there is none
   * @param rm the operand in ModRM's {@code rm}
   * @param bits width of the vectors
   * @param selected the operand that carries the mask
   * @param evex whether the longer prefix has to be used
   */
  static void put(
      CodeBuffer code,
      VectorInstruction instruction,
      int opcode,
      int reg,
      int vvvv,
      Operand rm,
      int bits,
      Operand selected,
      boolean evex) {
    int x = rm.highest();
    int b = rm.high();
    int map = instruction.map.number;
    int prefix = instruction.prefix.number;
    int length = bits == 512 ? 2 : bits == 256 ? 1 : 0;
    if (evex) {
      boolean broadcast = rm instanceof Address address && address.broadcast();
      code.put(
          0x62,
          not(reg >> 3 & 1) << 7 | not(x) << 6 | not(b) << 5 | not(reg >> 4) << 4 | map,
          wide(instruction) << 7 | (~vvvv & 15) << 3 | 1 << 2 | prefix,
          (selected.zeroing() ? 1 << 7 : 0)
              | length << 5
              | (broadcast ? 1 << 4 : 0)
              | not(vvvv >> 4) << 3
              | selected.mask());
    } else if (x == 0 && b == 0 && instruction.map == VectorInstruction.Map.M0F) {
      code.put(0xC5, not(reg >> 3) << 7 | (~vvvv & 15) << 3 | length << 2 | prefix);
    } else {
      code.put(
          0xC4,
          not(reg >> 3) << 7 | not(x) << 6 | not(b) << 5 | map,
          (~vvvv & 15) << 3 | length << 2 | prefix);
    }
    code.put(opcode);
    if (rm instanceof Address address) {
      int unit = evex ? instruction.memoryBytes(bits / Byte.SIZE, address.broadcast()) : 1;
      code.putMemory(reg, address, unit);
    } else if (rm instanceof VectorRegister register) {
      code.put(3 << 6 | (reg & 7) << 3 | (register.number() & 7));
    }
  }

  /** Whether an operand can only be written with the longer prefix. */
  static boolean needsEvex(Operand operand) {
    return operand.mask() != 0 || operand.wide();
  }

  /** Whether an instruction with these operands can. */
  static boolean needsEvex(
      VectorInstruction instruction, VectorRegister register, Operand operand) {
    return instruction.form == VectorInstruction.Form.EVEX
        || needsEvex(register)
        || needsEvex(operand);
  }

  /** The prefix's bit for elements of 64 bits, which the shorter prefix leaves unset. */
  private static int wide(VectorInstruction instruction) {
    return instruction.element == VectorInstruction.Element.DOUBLE ? 1 : 0;
  }

  private static int not(int bit) {
    return bit ^ 1;
  }
}
