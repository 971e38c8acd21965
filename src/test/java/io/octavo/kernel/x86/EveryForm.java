package io.octavo.kernel.x86;

import java.util.ArrayList;
import java.util.List;

/**
 * Code that nobody runs: every instruction the assembler knows with registers from both ends of
 * each of the groups that encodings tell apart, and with addresses of every shape.
 */
final class EveryForm {
  private static final int[] REGISTERS = {0, 7, 8, 15, 16, 31};

  private EveryForm() {}

  /** What is written for the processor: the kernels, and every form of each instruction. */
  static List<MachineCode> code() {
    List<MachineCode> code = new ArrayList<>(Listing.kernels());
    code.add(general());
    code.add(vectors());
    return code;
  }

  private static List<Address> addresses() {
    List<Address> addresses = new ArrayList<>();
    for (Register base : Register.values()) {
      addresses.add(Address.at(base));
      addresses.add(Address.at(base, 64));
      addresses.add(Address.at(base, -8));
    }
    for (int displacement : new int[] {1, 127, 128, -128, -129, 508, 512, 8128, 8192, 65536}) {
      addresses.add(Address.at(Register.RSI, displacement));
      addresses.add(Address.at(Register.R13, Register.R14, 4).plus(displacement));
    }
    addresses.add(Address.at(Register.RAX, Register.RBP, 1));
    addresses.add(Address.at(Register.RSP, Register.R12, 2));
    addresses.add(Address.at(Register.RBP, Register.RCX, 8));
    return addresses;
  }

  private static MachineCode general() {
    Assembler code = new Assembler("general-purpose");
    for (Register register : Register.values()) {
      code.push(register);
      code.pop(register);
      code.dec(register);
      code.shl(register, 8);
      code.kmovq(1 + register.low() % 7, register);
      code.kmovq(register, 1 + register.low() % 7);
      code.popcnt(register, Register.R9);
      code.popcnt(Register.RDX, register);
      for (int immediate : new int[] {1, 127, 128, -128, 4096}) {
        code.add(register, immediate);
        code.sub(register, immediate);
        code.and(register, immediate);
      }
      for (Register other : new Register[] {Register.RCX, Register.R9}) {
        code.mov(register, other);
        code.mov(other, register);
        code.add(register, other);
        code.or(register, other);
        code.xor(register, other);
        code.cmp(register, other);
      }
    }
    for (Address address : addresses()) {
      code.mov(Register.RDX, address);
      code.mov(Register.R11, address);
      code.mov(address, Register.RDX);
      code.mov(address, Register.R11);
      code.add(Register.R8, address);
      code.lea(Register.RBX, address);
      code.prefetcht0(address);
      code.prefetchw(address);
    }
    code.kshiftrq(7, 1, 48);
    code.kortestw(5);
    int ahead = code.jz();
    int here = code.here();
    code.cpuid();
    code.xgetbv();
    code.vzeroupper();
    code.jnz(here);
    code.land(ahead);
    code.ret();
    return code.finish();
  }

  private static MachineCode vectors() {
    Assembler code = new Assembler("vectors");
    for (VectorInstruction instruction : VectorInstruction.values()) {
      switch (instruction) {
        case VMOVAPS, VMOVUPS, VCVTDQ2PS, VCVTPS2DQ, VSQRTPD -> moves(code, instruction, false);
        case VBROADCASTSS, VPBROADCASTD, VCVTPH2PS, VCVTPS2PD, VPMOVSXBD, VPMOVSXBW, VPMOVZXWD ->
            moves(code, instruction, true);
        case VCMPPS,
            VPCOMPRESSD,
            VPMOVDB,
            VPSHUFD,
            VPSLLD,
            VPSRAD,
            VRNDSCALEPS,
            VSHUFI32X4,
            VSHUFPS,
            VBROADCASTSD,
            VCVTPD2PS,
            VCVTPS2PH -> {}
        default -> operations(code, instruction);
      }
    }
    for (int number : REGISTERS) {
      VectorRegister zmm = VectorRegister.zmm(number);
      code.vcmpps(1 + number % 7, VectorRegister.zmm(31 - number), zmm, 13);
      code.vcmpps(1, zmm, Address.at(Register.R10, 128), 29);
      code.vpslld(zmm, VectorRegister.zmm(31 - number), 24);
      code.vpsrad(zmm, zmm, 7);
      code.op(VectorInstruction.VRNDSCALEPS, zmm, VectorRegister.zmm(31 - number), 8);
      code.op(VectorInstruction.VPSHUFD, zmm, VectorRegister.zmm(31 - number), 0x4E);
      code.op(VectorInstruction.VSHUFI32X4, zmm, VectorRegister.zmm(31 - number), zmm, 0xB1);
      code.op(VectorInstruction.VSHUFPS, zmm, VectorRegister.zmm(31 - number), zmm, 0x88);
      code.vpcompressd(zmm.zeroed(2), VectorRegister.zmm(31 - number));
      code.op(VectorInstruction.VBROADCASTSS, zmm, VectorRegister.xmm(number));
      code.op(VectorInstruction.VBROADCASTSD, zmm, VectorRegister.xmm(31 - number));
      code.op(VectorInstruction.VCVTPS2PD, zmm, VectorRegister.ymm(number));
      code.op(
          VectorInstruction.VCVTPD2PS, VectorRegister.xmm(number), VectorRegister.xmm(31 - number));
      code.vcvtps2ph(zmm, VectorRegister.zmm(31 - number));
      code.vpmovdb(Address.at(Register.R9, 32), zmm);
      code.vmovups(Address.at(Register.R9, 192).masked(5), zmm);
      if (number < 16) {
        code.vmovq(Register.RAX, VectorRegister.xmm(number));
        code.vmovq(Register.R15, VectorRegister.xmm(number));
        code.vmovups(Address.at(Register.R12, 96), VectorRegister.ymm(number));
        code.vpslld(VectorRegister.ymm(number), VectorRegister.ymm(15 - number), 3);
      }
    }
    return code.finish();
  }

  private static void moves(Assembler code, VectorInstruction instruction, boolean widens) {
    for (int number : REGISTERS) {
      VectorRegister zmm = VectorRegister.zmm(number);
      if (!widens) {
        code.op(instruction, zmm, VectorRegister.zmm(31 - number));
      }
      code.op(instruction, zmm.zeroed(3), Address.at(Register.RDI, 1024));
      code.op(instruction, zmm.merged(1), Address.at(Register.R15));
      if (number < 16) {
        code.op(instruction, VectorRegister.ymm(number), Address.at(Register.R8, 32));
        // Between registers a move can be a load or a store, and assemblers take the shorter one.
        if (instruction == VectorInstruction.VCVTDQ2PS) {
          code.op(instruction, VectorRegister.ymm(number), VectorRegister.ymm(15 - number));
        }
      }
    }
    for (Address address : addresses()) {
      code.op(instruction, VectorRegister.zmm(9), address);
      code.op(instruction, VectorRegister.ymm(9), address);
    }
  }

  private static void operations(Assembler code, VectorInstruction instruction) {
    boolean broadcasts = instruction.memory == VectorInstruction.Memory.FULL;
    boolean narrow = instruction.form == VectorInstruction.Form.BOTH;
    for (int number : REGISTERS) {
      VectorRegister zmm = VectorRegister.zmm(number);
      VectorRegister other = VectorRegister.zmm(31 - number);
      code.op(instruction, zmm, other, VectorRegister.zmm(number ^ 8));
      code.op(instruction, other, zmm, zmm);
      if (broadcasts) {
        code.op(instruction, zmm.zeroed(2), other, zmm);
        code.op(instruction, zmm, other, Address.at(Register.RCX, 4 * number).toAll());
        code.op(instruction, zmm, other, Address.at(Register.R14, Register.RAX, 4).toAll());
      }
      if (narrow && number < 16) {
        VectorRegister ymm = VectorRegister.ymm(number);
        code.op(instruction, ymm, VectorRegister.ymm(15 - number), ymm);
        code.op(instruction, VectorRegister.ymm(15 - number), ymm, Address.at(Register.R11, 32));
      }
    }
    for (Address address : addresses()) {
      code.op(instruction, VectorRegister.zmm(2), VectorRegister.zmm(20), address);
    }
  }
}
