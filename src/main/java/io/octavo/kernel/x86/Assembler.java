package io.octavo.kernel.x86;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes machine code for x86-64, one method call an instruction, in the order of Intel's syntax:
 * the target first. Only what the kernels use. Each instruction is remembered as text too, which a
 * test has an independent assembler's bytes for; the text is made of its parts when it is asked
 * for.
 *
 * <p>Jumps always have a displacement of 32 bits.
 */
final class Assembler {
  private static final int JUMP_BYTES = 6;

  private final String name;
  private final CodeBuffer code = new CodeBuffer();
  private final List<MachineCode.Line> lines = new ArrayList<>();

  /** Begins a piece of code. */
  Assembler(String name) {
    this.name = name;
  }

  /** The code written. */
  MachineCode finish() {
    return new MachineCode(name, code.toBytes(), List.copyOf(lines));
  }

  /** This place, to jump back to. */
  int here() {
    return code.size();
  }

  // General-purpose registers.

  void mov(Register target, Register source) {
    registers(0x89, source, target, "mov ", target, ", ", source);
  }

  void mov(Register target, Address source) {
    memory(0x8B, target, source, "mov ", target, ", ", source);
  }

  void mov(Address target, Register source) {
    memory(0x89, source, target, "mov ", target, ", ", source);
  }

  void lea(Register target, Address source) {
    memory(0x8D, target, source, "lea ", target, ", ", source);
  }

  void add(Register target, Register source) {
    registers(0x01, source, target, "add ", target, ", ", source);
  }

  void add(Register target, Address source) {
    memory(0x03, target, source, "add ", target, ", ", source);
  }

  void or(Register target, Register source) {
    registers(0x09, source, target, "or ", target, ", ", source);
  }

  void xor(Register target, Register source) {
    registers(0x31, source, target, "xor ", target, ", ", source);
  }

  void cmp(Register left, Register right) {
    registers(0x39, right, left, "cmp ", left, ", ", right);
  }

  void add(Register target, int immediate) {
    immediate(0, target, immediate, "add ", target, ", ", immediate);
  }

  void and(Register target, int immediate) {
    immediate(4, target, immediate, "and ", target, ", ", immediate);
  }

  void sub(Register target, int immediate) {
    immediate(5, target, immediate, "sub ", target, ", ", immediate);
  }

  void shl(Register target, int bits) {
    int start = here();
    rex(0, target.high());
    code.put(0xC1, 0xE0 | target.low(), bits);
    line(start, "shl ", target, ", ", bits);
  }

  void dec(Register target) {
    int start = here();
    rex(0, target.high());
    code.put(0xFF, 0xC8 | target.low());
    line(start, "dec ", target);
  }

  void push(Register register) {
    int start = here();
    oneByte(0x50, register);
    line(start, "push ", register);
  }

  void pop(Register register) {
    int start = here();
    oneByte(0x58, register);
    line(start, "pop ", register);
  }

  /** Jumps back to {@code target} if the last result was not zero. */
  void jnz(int target) {
    int start = here();
    code.put(0x0F, 0x85);
    code.putInt(target - start - JUMP_BYTES);
    line(start, "{disp32} jnz .", IntelSyntax.relative(target - start));
  }

  /** Jumps ahead to what {@link #land} names, if the last result was zero; returns the jump. */
  int jz() {
    int start = here();
    code.put(0x0F, 0x84);
    code.putInt(0);
    line(start, "");
    return lines.size() - 1;
  }

  /** Lets a jump ahead end here. */
  void land(int jump) {
    MachineCode.Line line = lines.get(jump);
    int distance = here() - line.offset();
    code.setInt(line.offset() + JUMP_BYTES - Integer.BYTES, distance - JUMP_BYTES);
    lines.set(
        jump,
        new MachineCode.Line(
            line.offset(), line.length(), "{disp32} jz .", IntelSyntax.relative(distance)));
  }

  void ret() {
    fixed("ret", 0xC3);
  }

  void cpuid() {
    fixed("cpuid", 0x0F, 0xA2);
  }

  void xgetbv() {
    fixed("xgetbv", 0x0F, 0x01, 0xD0);
  }

  void vzeroupper() {
    fixed("vzeroupper", 0xC5, 0xF8, 0x77);
  }

  /** Fetches what will be read; as the next, of an address that is nobody's, nothing. */
  void prefetcht0(Address source) {
    prefetch("prefetcht0", 0x18, source);
  }

  void prefetchw(Address target) {
    prefetch("prefetchw", 0x0D, target);
  }

  // Mask registers, of 64 bits.

  void kmovq(int mask, Register source) {
    int start = here();
    code.put(0xC4, 0xE1 ^ source.high() << 5, 0xFB, 0x92);
    code.put(0xC0 | mask << 3 | source.low());
    line(start, "kmovq k", mask, ", ", source);
  }

  void kshiftrq(int target, int source, int bits) {
    int start = here();
    code.put(0xC4, 0xE3, 0xF9, 0x31, 0xC0 | target << 3 | source, bits);
    line(start, "kshiftrq k", target, ", k", source, ", ", bits);
  }

  void kmovq(Register target, int mask) {
    int start = here();
    code.put(0xC4, 0xE1 ^ target.high() << 7, 0xFB, 0x93, 0xC0 | target.low() << 3 | mask);
    line(start, "kmovq ", target, ", k", mask);
  }

  /** Compares 16 bits with zero. */
  void kortestw(int mask) {
    int start = here();
    code.put(0xC5, 0xF8, 0x98, 0xC0 | mask << 3 | mask);
    line(start, "kortestw k", mask, ", k", mask);
  }

  void popcnt(Register target, Register source) {
    int start = here();
    code.put(0xF3);
    rex(target.high(), source.high());
    code.put(0x0F, 0xB8, 0xC0 | target.low() << 3 | source.low());
    line(start, "popcnt ", target, ", ", source);
  }

  // Vector registers.

  /** The low 64 bits of a vector register below 16. */
  void vmovq(Register target, VectorRegister source) {
    int start = here();
    int extensions = source.number() >> 3 << 7 | target.high() << 5;
    code.put(0xC4, 0xE1 ^ extensions, 0xF9, 0x7E);
    code.put(0xC0 | (source.number() & 7) << 3 | target.low());
    line(start, "vmovq ", target, ", ", source);
  }

  /** An instruction of a target and an operand. */
  void op(VectorInstruction instruction, VectorRegister target, Operand source) {
    int start = here();
    boolean evex = VectorEncoding.needsEvex(instruction, target, source);
    vector(instruction, target.number(), 0, source, target, evex);
    line(start, new IntelSyntax(instruction, evex, target, null, source));
  }

  /** An instruction of a target and two operands. */
  void op(
      VectorInstruction instruction, VectorRegister target, VectorRegister first, Operand second) {
    int start = here();
    boolean evex =
        VectorEncoding.needsEvex(instruction, target, second) || VectorEncoding.needsEvex(first);
    vector(instruction, target.number(), first.number(), second, target, evex);
    line(start, new IntelSyntax(instruction, evex, target, first, second));
  }

  /** An instruction of a target, an operand and an immediate of 8 bits. */
  void op(VectorInstruction instruction, VectorRegister target, Operand source, int immediate) {
    op(instruction, target, source);
    complete(immediate);
  }

  /** An instruction of a target, two operands and an immediate of 8 bits. */
  void op(
      VectorInstruction instruction,
      VectorRegister target,
      VectorRegister first,
      Operand second,
      int immediate) {
    op(instruction, target, first, second);
    complete(immediate);
  }

  /** Compares to a mask register, by the predicate of the immediate. */
  void vcmpps(int mask, VectorRegister left, Operand right, int predicate) {
    int start = here();
    VectorInstruction vcmpps = VectorInstruction.VCMPPS;
    vector(vcmpps, mask, left.number(), right, left, true);
    line(start, "vcmpps k", mask, ", ", left, ", ", IntelSyntax.source(vcmpps, right, left));
    complete(predicate);
  }

  void vpslld(VectorRegister target, VectorRegister source, int bits) {
    shift(VectorInstruction.VPSLLD, 6, target, source, bits);
  }

  void vpsrad(VectorRegister target, VectorRegister source, int bits) {
    shift(VectorInstruction.VPSRAD, 4, target, source, bits);
  }

  private void shift(
      VectorInstruction instruction,
      int extension,
      VectorRegister target,
      VectorRegister source,
      int bits) {
    int start = here();
    boolean evex = VectorEncoding.needsEvex(instruction, target, source);
    vector(instruction, extension, target.number(), source, target, evex);
    line(start, new IntelSyntax(instruction, evex, target, null, source));
    complete(bits);
  }

  /** Stores floats or ints. */
  void vmovups(Address target, VectorRegister source) {
    store(VectorInstruction.VMOVUPS, VectorInstruction.VMOVUPS.opcode + 1, target, source);
  }

  /** Stores the low byte of each int. */
  void vpmovdb(Address target, VectorRegister source) {
    store(VectorInstruction.VPMOVDB, VectorInstruction.VPMOVDB.opcode, target, source);
  }

  /** Rounds floats to the nearest float16, ties to even, in the lower half of the target. */
  void vcvtps2ph(VectorRegister target, VectorRegister source) {
    VectorRegister half = target.as(source.bits() / 2);
    store(VectorInstruction.VCVTPS2PH, VectorInstruction.VCVTPS2PH.opcode, half, source);
    complete(0);
  }

  /** Moves the elements that the target's mask selects to its begin. */
  void vpcompressd(VectorRegister target, VectorRegister source) {
    store(VectorInstruction.VPCOMPRESSD, VectorInstruction.VPCOMPRESSD.opcode, target, source);
  }

  private void store(
      VectorInstruction instruction, int opcode, Operand target, VectorRegister source) {
    int start = here();
    boolean evex = VectorEncoding.needsEvex(instruction, source, target);
    VectorEncoding.put(
        code, instruction, opcode, source.number(), 0, target, source.bits(), target, evex);
    line(start, instruction, " ", target, ", ", source);
  }

  /** Gives the last instruction an immediate of 8 bits. */
  private void complete(int immediate) {
    code.put(immediate);
    MachineCode.Line last = lines.removeLast();
    line(last.offset(), last, ", ", immediate);
  }

  private void vector(
      VectorInstruction instruction,
      int reg,
      int vvvv,
      Operand rm,
      VectorRegister selected,
      boolean evex) {
    VectorEncoding.put(
        code, instruction, instruction.opcode, reg, vvvv, rm, selected.bits(), selected, evex);
  }

  // Encoding of what is no vector instruction.

  private void registers(int opcode, Register reg, Register rm, Object... text) {
    int start = here();
    rex(reg.high(), rm.high());
    code.put(opcode, 0xC0 | reg.low() << 3 | rm.low());
    line(start, text);
  }

  private void memory(int opcode, Register reg, Address address, Object... text) {
    int start = here();
    code.put(0x48 | reg.high() << 2 | extensions(address));
    code.put(opcode);
    code.putMemory(reg.low(), address, 1);
    line(start, text);
  }

  private void prefetch(String mnemonic, int opcode, Address address) {
    int start = here();
    int rex = extensions(address);
    code.put(rex > 0 ? new int[] {0x40 | rex, 0x0F, opcode} : new int[] {0x0F, opcode});
    code.putMemory(1, address, 1);
    line(start, mnemonic, " ", address);
  }

  private void immediate(int extension, Register target, int immediate, Object... text) {
    int start = here();
    rex(0, target.high());
    boolean small = (byte) immediate == immediate;
    if (!small && target == Register.RAX) {
      code.put(extension << 3 | 5);
    } else {
      code.put(small ? 0x83 : 0x81, 0xC0 | extension << 3 | target.low());
    }
    if (small) {
      code.put(immediate);
    } else {
      code.putInt(immediate);
    }
    line(start, text);
  }

  private void rex(int reg, int rm) {
    code.put(0x48 | reg << 2 | rm);
  }

  private static int extensions(Address address) {
    Register index = address.index();
    return (index == null ? 0 : index.high() << 1) | address.base().high();
  }

  private void oneByte(int opcode, Register register) {
    if (register.high() > 0) {
      code.put(0x41);
    }
    code.put(opcode | register.low());
  }

  private void fixed(String text, int... bytes) {
    int start = here();
    code.put(bytes);
    line(start, text);
  }

  private void line(int start, Object... text) {
    lines.add(new MachineCode.Line(start, here() - start, text));
  }
}
