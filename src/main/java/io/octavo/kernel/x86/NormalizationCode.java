package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.R10;
import static io.octavo.kernel.x86.Register.R11;
import static io.octavo.kernel.x86.Register.R12;
import static io.octavo.kernel.x86.Register.R13;
import static io.octavo.kernel.x86.Register.R14;
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
import static io.octavo.kernel.x86.VectorInstruction.VCVTPH2PS;
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
 * hold up the sums of another. Results are written in whole lines of the cache, see {@link
 * LineMasks}.
 *
 * <p>All take rdi the rows, of at least {@link #NARROWEST} elements, rsi what they write to, rdx
 * the scale of each element and rcx its shift, or anything; as numbers the whole vectors of a row
 * but one, the mask of its rest, the offsets of the first two pointers in bytes, how many rows
 * there are, at least one, a row's bytes, two of the call's own, the address of {@link LineMasks},
 * and the bytes from a row's scales and shifts to those of the next.
 */
final class NormalizationCode {
  /**
   * Bytes from what is read or written to what is fetched meanwhile. So much work is done with a
   * vector that a processor sees too few of those to come, and its own prefetchers begin anew with
   * each page of 4 KiB.
   */
  private static final int AHEAD = 2048;

  /** The same of what is read by a sweep that waits for nothing and so is further ahead. */
  private static final int AHEAD_OF_SWEEP = 16384;

  /** Elements of the narrowest rows. */
  static final int NARROWEST = RowLoop.LANES;

  /** Mask registers of the vectors that begin and end what is written. */
  private static final int HEAD = 3;

  private static final int FIRST = 4;
  private static final int SECOND = 5;

  /** The registers that {@link #begin} saves. */
  private static final List<Register> SAVED = List.of(RBX, RBP, R12, R13, R14);

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
    sums.begin(at(RDI));
    code.xor(RAX, RAX);
    code.lea(R11, at(R8, 1));
    RowLoop.write(code, R11, R9, rest -> read(sums, rest), RAX);
    code.add(RDI, RBP);
    sums.fold(SPARE);
    statistics();
    code.dec(R10);
    int last = code.jz();
    int rows = code.here();
    sums.begin(at(RDI));
    row(rest -> read(sums, rest));
    code.add(RDI, RBP);
    advance();
    sums.fold(SPARE);
    statistics();
    code.dec(R10);
    code.jnz(rows);
    code.land(last);
    row(rest -> {});
    return end();
  }

  /** The call's own number is a float; the other is not looked at. */
  private MachineCode scale() {
    begin();
    code.op(VBROADCASTSS, SCALE, number(6));
    int rows = code.here();
    row(
        rest -> {
          if (!rest) {
            code.prefetcht0(at(RBX, R12, 1).plus(AHEAD_OF_SWEEP));
          }
        });
    advance();
    code.dec(R10);
    code.jnz(rows);
    return end();
  }

  private void begin() {
    SAVED.forEach(code::push);
    code.mov(R8, number(0));
    code.mov(R9, number(1));
    code.add(RDI, number(2));
    code.add(RSI, number(3));
    code.mov(R10, number(4));
    code.mov(RBP, number(5));
    code.mov(R13, number(8));
    // Where in its line no row begins, so that the first one finds no masks.
    code.mov(R14, R13);
    code.mov(RBX, RDI);
    code.op(VXORPS, NOTHING, NOTHING, NOTHING);
  }

  private static Address number(int position) {
    return NativeCall.number(position, SAVED.size());
  }

  private MachineCode end() {
    SAVED.reversed().forEach(code::pop);
    code.vzeroupper();
    code.ret();
    return code.finish();
  }

  /**
   * Writes a row from rbx to rsi, where r12 counts bytes, and does as much work at the place that
   * rax counts: for every whole vector of a row, and for its rest.
   */
  private void row(RowLoop.Turn work) {
    code.mov(R11, RSI);
    code.and(R11, LineMasks.LINE - 1);
    code.mov(R12, mask(LineMasks.BACK));
    code.cmp(R11, R14);
    int same = code.jz();
    code.mov(R14, R11);
    code.mov(RAX, mask(LineMasks.HEAD));
    code.kmovq(HEAD, RAX);
    code.mov(RAX, RBP);
    code.and(RAX, LineMasks.LINE - 1);
    code.add(R11, RAX);
    code.mov(RAX, mask(LineMasks.FIRST));
    code.kmovq(FIRST, RAX);
    code.mov(RAX, mask(LineMasks.SECOND));
    code.kmovq(SECOND, RAX);
    code.land(same);
    code.xor(RAX, RAX);
    work.write(false);
    code.add(RAX, LineMasks.LINE);
    write(HEAD);
    code.add(R12, LineMasks.LINE);
    code.mov(R11, R8);
    RowLoop.write(
        code,
        R11,
        R9,
        rest -> {
          work.write(rest);
          if (!rest) {
            code.prefetchw(at(RSI, R12, 1).plus(AHEAD));
            write(0);
          }
        },
        RAX,
        R12);
    writeIfAny(FIRST);
    code.add(R12, LineMasks.LINE);
    writeIfAny(SECOND);
  }

  private static Address mask(int part) {
    return at(R13, R11, LineMasks.SCALE).plus(part);
  }

  private void writeIfAny(int mask) {
    code.kortestw(mask);
    int none = code.jz();
    write(mask);
    code.land(none);
  }

  /** To the next row that is written. */
  private void advance() {
    code.add(RBX, RBP);
    code.add(RSI, RBP);
    code.add(RDX, number(9));
    code.add(RCX, number(9));
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
      case RMS_NORM, RMS_NORM_EPSILON_OUTSIDE, RMS_NORM_ROUNDED, RMS_NORM_ROUNDED_TWICE -> {}
      case COMPRESSED_RMS_NORM -> {
        code.op(VMULPD, sum, sum, sum);
        code.op(VADDPD, squares, squares, sum);
      }
    }
    code.op(VDIVPD, squares, squares, count);
    if (norm == TokenNorm.RMS_NORM_EPSILON_OUTSIDE) {
      code.op(VSQRTPD, squares, squares);
      code.op(VADDPD, squares, squares, EPSILON.as(128));
    } else {
      code.op(VADDPD, squares, squares, EPSILON.as(128));
      code.op(VSQRTPD, squares, squares);
    }
    code.op(VDIVPD, squares, ONE.as(128), squares);
    code.op(VCVTPD2PS, spare, squares);
    code.op(VBROADCASTSS, SCALE, spare);
  }

  private void read(NormalizationSums sums, boolean rest) {
    if (!rest) {
      code.prefetcht0(at(RDI, RAX, 1).plus(AHEAD));
    }
    sums.add(at(RDI, RAX, 1), rest);
  }

  /** Reads a vector's elements of a mask, 0 for all, and writes their results. */
  private void write(int mask) {
    code.op(VMOVUPS, masked(V, mask), at(RBX, R12, 1));
    if (norm.centres()) {
      code.op(VSUBPS, V, V, HIGH);
      code.op(VSUBPS, V, V, LOW);
    }
    code.op(VMULPS, V, V, SCALE);
    if (norm.roundsTwice()) {
      roundToHalf();
    }
    if (scales && shifts) {
      code.op(VMOVUPS, masked(MEAN, mask), at(RDX, R12, 1));
      code.op(VFMADD213PS, V, MEAN, element(RCX, SPARE, mask));
    } else if (scales) {
      code.op(VMULPS, V, V, element(RDX, MEAN, mask));
    } else if (shifts) {
      code.op(VADDPS, V, V, element(RCX, SPARE, mask));
    }
    if (norm.rounds()) {
      roundToHalf();
    }
    code.vmovups(at(RSI, R12, 1).masked(mask), V);
  }

  private void roundToHalf() {
    code.vcvtps2ph(V, V);
    code.op(VCVTPH2PS, V, V.as(256));
  }

  /** A vector at the place that is written: of memory, or, with a mask, loaded to a register. */
  private Operand element(Register of, VectorRegister register, int mask) {
    Address address = at(of, R12, 1);
    if (mask == 0) {
      return address;
    }
    code.op(VMOVUPS, masked(register, mask), address);
    return register;
  }

  private static VectorRegister masked(VectorRegister register, int mask) {
    return mask == 0 ? register : register.zeroed(mask);
  }
}
