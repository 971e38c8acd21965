package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.R10;
import static io.octavo.kernel.x86.Register.R11;
import static io.octavo.kernel.x86.Register.R8;
import static io.octavo.kernel.x86.Register.R9;
import static io.octavo.kernel.x86.Register.RAX;
import static io.octavo.kernel.x86.Register.RBP;
import static io.octavo.kernel.x86.Register.RBX;
import static io.octavo.kernel.x86.Register.RCX;
import static io.octavo.kernel.x86.Register.RDI;
import static io.octavo.kernel.x86.Register.RDX;
import static io.octavo.kernel.x86.Register.RSI;
import static io.octavo.kernel.x86.VectorInstruction.VADDPD;
import static io.octavo.kernel.x86.VectorInstruction.VADDPS;
import static io.octavo.kernel.x86.VectorInstruction.VBROADCASTSD;
import static io.octavo.kernel.x86.VectorInstruction.VBROADCASTSS;
import static io.octavo.kernel.x86.VectorInstruction.VCVTPD2PS;
import static io.octavo.kernel.x86.VectorInstruction.VCVTPS2PD;
import static io.octavo.kernel.x86.VectorInstruction.VDIVPD;
import static io.octavo.kernel.x86.VectorInstruction.VFMADD213PS;
import static io.octavo.kernel.x86.VectorInstruction.VMAXPD;
import static io.octavo.kernel.x86.VectorInstruction.VMOVUPS;
import static io.octavo.kernel.x86.VectorInstruction.VMULPD;
import static io.octavo.kernel.x86.VectorInstruction.VMULPS;
import static io.octavo.kernel.x86.VectorInstruction.VSQRTPD;
import static io.octavo.kernel.x86.VectorInstruction.VSUBPD;
import static io.octavo.kernel.x86.VectorInstruction.VSUBPS;
import static io.octavo.kernel.x86.VectorInstruction.VXORPS;
import static io.octavo.kernel.x86.VectorRegister.zmm;

import java.util.ArrayList;
import java.util.List;

/**
 * Normalizations of rows with 512 bits. While a row's results are written, the sums of the next are
 * added up: memory is read and written at the same time all the way, and the root of a row does not
 * hold up the sums of another.
 *
 * <p>All take rdi the rows, rsi what they write to, rdx the scale of each element and rcx its
 * shift, or anything; as numbers the whole vectors of a row, the mask of its rest, the offsets of
 * the first two pointers in bytes, how many rows there are, at least one, a row's bytes, and one or
 * two of the call's own.
 */
final class NormalizationCode {
  /**
   * Bytes from what is read or written to what is fetched meanwhile. So much work is done with a
   * vector that a processor sees too few of those to come, and its own prefetchers begin anew with
   * each page of 4 KiB.
   */
  private static final int AHEAD = 2048;

  private static final VectorRegister V = zmm(0);
  private static final VectorRegister HIGH = zmm(7);
  private static final VectorRegister LOW = zmm(8);
  private static final VectorRegister SCALE = zmm(9);
  private static final VectorRegister COUNT = zmm(10);
  private static final VectorRegister EPSILON = zmm(11);
  private static final VectorRegister ONE = zmm(12);
  private static final VectorRegister NOTHING = zmm(13);
  private static final VectorRegister SPARE = zmm(14);
  private static final VectorRegister MEAN = zmm(15);

  private final TokenNorm norm;
  private final boolean scales;
  private final boolean shifts;
  private final Assembler code;

  private NormalizationCode(TokenNorm norm, String name, boolean scales, boolean shifts) {
    this.norm = norm;
    this.scales = scales;
    this.shifts = shifts;
    this.code = new Assembler(name + (scales ? "-scaled" : "") + (shifts ? "-shifted" : ""));
  }

  /** Everything, for a listing. */
  static List<MachineCode> all() {
    List<MachineCode> all = new ArrayList<>();
    for (TokenNorm norm : TokenNorm.values()) {
      all.addAll(norms(norm));
    }
    all.addAll(scales());
    all.addAll(NormalizationSums.code());
    return all;
  }

  /**
   * A normalization without scale and shift of each element, with scale, with shift, with both, as
   * far as it has them.
   */
  static List<MachineCode> norms(TokenNorm norm) {
    List<MachineCode> codes = new ArrayList<>();
    for (int i = 0; i < norm.variants(); i++) {
      codes.add(new NormalizationCode(norm, norm.title(), (i & 1) != 0, (i & 2) != 0).normalize());
    }
    return codes;
  }

  /** The product with one number for all rows, in the same order, a float. */
  static List<MachineCode> scales() {
    List<MachineCode> codes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      codes.add(
          new NormalizationCode(TokenNorm.RMS_NORM, "scale", (i & 1) != 0, (i & 2) != 0).scale());
    }
    return codes;
  }

  /** The call's own numbers are what sums are divided by, and epsilon, doubles. */
  private MachineCode normalize() {
    NormalizationSums sums = new NormalizationSums(code, norm.centres(), norm.sums(), true);
    begin();
    code.op(VBROADCASTSD, COUNT, number(6));
    code.op(VBROADCASTSD, EPSILON, number(7));
    code.op(VDIVPD, ONE, COUNT, COUNT);
    code.mov(RBX, RDI);
    sums.begin(at(RDI));
    sweep(rest -> read(sums, rest));
    code.add(RDI, RBP);
    sums.fold(SPARE);
    statistics();
    code.dec(R10);
    int last = code.jz();
    int rows = code.here();
    sums.begin(at(RDI));
    sweep(
        rest -> {
          read(sums, rest);
          fetchAndWrite(rest);
        });
    code.add(RDI, RBP);
    advance();
    sums.fold(SPARE);
    statistics();
    code.dec(R10);
    code.jnz(rows);
    code.land(last);
    sweep(this::fetchAndWrite);
    return end();
  }

  private MachineCode scale() {
    begin();
    code.mov(RBX, RDI);
    code.op(VBROADCASTSS, SCALE, number(6));
    int rows = code.here();
    sweep(
        rest -> {
          fetch(RBX, rest);
          fetchAndWrite(rest);
        });
    advance();
    code.dec(R10);
    code.jnz(rows);
    return end();
  }

  private void begin() {
    code.push(RBX);
    code.push(RBP);
    code.mov(R8, number(0));
    code.mov(R9, number(1));
    code.add(RDI, number(2));
    code.add(RSI, number(3));
    code.mov(R10, number(4));
    code.mov(RBP, number(5));
    code.op(VXORPS, NOTHING, NOTHING, NOTHING);
  }

  /** Of the call, above the two registers that {@link #begin} saves. */
  private static Address number(int position) {
    return NativeCall.number(position, 2);
  }

  private MachineCode end() {
    code.pop(RBP);
    code.pop(RBX);
    code.vzeroupper();
    code.ret();
    return code.finish();
  }

  private void sweep(RowLoop.Turn turn) {
    code.xor(RAX, RAX);
    code.mov(R11, R8);
    RowLoop.write(code, R11, R9, turn, RAX);
  }

  /** To the next row that is written. */
  private void advance() {
    code.add(RBX, RBP);
    code.add(RSI, RBP);
  }

  /** What a row's elements are written with, of its sums. */
  private void statistics() {
    VectorRegister sum = NormalizationSums.SUM.as(128);
    VectorRegister squares = NormalizationSums.SQUARES.as(128);
    VectorRegister count = COUNT.as(128);
    VectorRegister mean = MEAN.as(128);
    VectorRegister spare = SPARE.as(128);
    switch (norm) {
      case LAYER_NORM -> {
        code.op(VDIVPD, mean, sum, count);
        code.op(VMULPD, sum, sum, mean);
        code.op(VSUBPD, squares, squares, sum);
        // Of a number that is none, the second.
        code.op(VMAXPD, squares, NOTHING.as(128), squares);
        code.op(VADDPD, mean, mean, NormalizationSums.PIVOT.as(128));
        code.op(VCVTPD2PS, spare, mean);
        code.op(VBROADCASTSS, HIGH, spare);
        code.op(VCVTPS2PD, spare, spare);
        code.op(VSUBPD, mean, mean, spare);
        code.op(VCVTPD2PS, spare, mean);
        code.op(VBROADCASTSS, LOW, spare);
      }
      case RMS_NORM -> {}
      case COMPRESSED_RMS_NORM -> {
        code.op(VMULPD, sum, sum, sum);
        code.op(VADDPD, squares, squares, sum);
      }
    }
    code.op(VDIVPD, squares, squares, count);
    code.op(VADDPD, squares, squares, EPSILON.as(128));
    code.op(VSQRTPD, squares, squares);
    code.op(VDIVPD, squares, ONE.as(128), squares);
    code.op(VCVTPD2PS, spare, squares);
    code.op(VBROADCASTSS, SCALE, spare);
  }

  private void fetch(Register source, boolean rest) {
    if (!rest) {
      code.prefetcht0(at(source, RAX, 1).plus(AHEAD));
    }
  }

  private void read(NormalizationSums sums, boolean rest) {
    fetch(RDI, rest);
    sums.add(at(RDI, RAX, 1), rest);
  }

  private void fetchAndWrite(boolean rest) {
    if (!rest) {
      code.prefetchw(at(RSI, RAX, 1).plus(AHEAD));
    }
    write(rest);
  }

  /** Reads a vector from rbx and writes its results to rsi. */
  private void write(boolean rest) {
    code.op(VMOVUPS, masked(V, rest), at(RBX, RAX, 1));
    if (norm.centres()) {
      code.op(VSUBPS, V, V, HIGH);
      code.op(VSUBPS, V, V, LOW);
    }
    code.op(VMULPS, V, V, SCALE);
    Operand shift = NOTHING;
    if (shifts && rest) {
      code.op(VMOVUPS, masked(SPARE, true), at(RCX, RAX, 1));
      shift = SPARE;
    } else if (shifts) {
      shift = at(RCX, RAX, 1);
    }
    if (scales) {
      code.op(VMOVUPS, masked(MEAN, rest), at(RDX, RAX, 1));
      code.op(VFMADD213PS, V, MEAN, shift);
    } else {
      code.op(VADDPS, V, V, shift);
    }
    Address target = at(RSI, RAX, 1);
    code.vmovups(rest ? target.masked(RowLoop.REST) : target, V);
  }

  private static VectorRegister masked(VectorRegister register, boolean rest) {
    return rest ? register.zeroed(RowLoop.REST) : register;
  }
}
