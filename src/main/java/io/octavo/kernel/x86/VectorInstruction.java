package io.octavo.kernel.x86;

import java.util.Locale;

/**
 * The vector instructions that the kernels use, with what their encoding needs: Intel's Software
 * Developer's Manual, volume 2, sections 2.3 (VEX) and 2.7 (EVEX) and the page of each.
 */
enum VectorInstruction {
  VADDPD(Map.M0F, Prefix.P66, 0x58, Memory.FULL, Form.BOTH, Element.DOUBLE),
  VADDPS(Map.M0F, Prefix.NONE, 0x58, Memory.FULL, Form.BOTH),
  VBROADCASTSD(Map.M0F38, Prefix.P66, 0x19, Memory.ELEMENT, Form.EVEX, Element.DOUBLE),
  VBROADCASTSS(Map.M0F38, Prefix.P66, 0x18, Memory.ELEMENT, Form.BOTH),
  VCMPPS(Map.M0F, Prefix.NONE, 0xC2, Memory.FULL, Form.EVEX),
  VCVTDQ2PS(Map.M0F, Prefix.NONE, 0x5B, Memory.FULL, Form.BOTH),
  VCVTPD2PS(Map.M0F, Prefix.P66, 0x5A, Memory.FULL, Form.BOTH, Element.DOUBLE),
  VCVTPH2PS(Map.M0F38, Prefix.P66, 0x13, Memory.HALF, Form.BOTH),
  VCVTPS2DQ(Map.M0F, Prefix.P66, 0x5B, Memory.FULL, Form.BOTH),
  VCVTPS2PD(Map.M0F, Prefix.NONE, 0x5A, Memory.HALF, Form.BOTH),
  VCVTPS2PH(Map.M0F3A, Prefix.P66, 0x1D, Memory.HALF, Form.BOTH),
  VDIVPD(Map.M0F, Prefix.P66, 0x5E, Memory.FULL, Form.BOTH, Element.DOUBLE),
  VDIVPS(Map.M0F, Prefix.NONE, 0x5E, Memory.FULL, Form.BOTH),
  VFMADD213PS(Map.M0F38, Prefix.P66, 0xA8, Memory.FULL, Form.BOTH),
  VFMADD231PD(Map.M0F38, Prefix.P66, 0xB8, Memory.FULL, Form.EVEX, Element.DOUBLE),
  VFMADD231PS(Map.M0F38, Prefix.P66, 0xB8, Memory.FULL, Form.BOTH),
  VFNMADD231PS(Map.M0F38, Prefix.P66, 0xBC, Memory.FULL, Form.BOTH),
  VMAXPD(Map.M0F, Prefix.P66, 0x5F, Memory.FULL, Form.BOTH, Element.DOUBLE),
  VMAXPS(Map.M0F, Prefix.NONE, 0x5F, Memory.FULL, Form.BOTH),
  VMINPS(Map.M0F, Prefix.NONE, 0x5D, Memory.FULL, Form.BOTH),
  VMOVAPS(Map.M0F, Prefix.NONE, 0x28, Memory.WHOLE, Form.BOTH),
  VMOVUPS(Map.M0F, Prefix.NONE, 0x10, Memory.WHOLE, Form.BOTH),
  VMULPD(Map.M0F, Prefix.P66, 0x59, Memory.FULL, Form.BOTH, Element.DOUBLE),
  VMULPS(Map.M0F, Prefix.NONE, 0x59, Memory.FULL, Form.BOTH),
  VPADDD(Map.M0F, Prefix.P66, 0xFE, Memory.FULL, Form.BOTH),
  VPANDD(Map.M0F, Prefix.P66, 0xDB, Memory.FULL, Form.EVEX),
  VPBROADCASTD(Map.M0F38, Prefix.P66, 0x58, Memory.ELEMENT, Form.BOTH),
  VPDPBUSD(Map.M0F38, Prefix.P66, 0x50, Memory.FULL, Form.BOTH),
  VPCOMPRESSD(Map.M0F38, Prefix.P66, 0x8B, Memory.FULL, Form.EVEX),
  VPMADDWD(Map.M0F, Prefix.P66, 0xF5, Memory.WHOLE, Form.BOTH),
  VPMAXSD(Map.M0F38, Prefix.P66, 0x3D, Memory.FULL, Form.BOTH),
  VPMOVDB(Map.M0F38, Prefix.PF3, 0x31, Memory.QUARTER, Form.EVEX),
  VPMOVSXBD(Map.M0F38, Prefix.P66, 0x21, Memory.QUARTER, Form.BOTH),
  VPMOVSXBW(Map.M0F38, Prefix.P66, 0x20, Memory.HALF, Form.BOTH),
  VPMOVZXWD(Map.M0F38, Prefix.P66, 0x33, Memory.HALF, Form.BOTH),
  VPORD(Map.M0F, Prefix.P66, 0xEB, Memory.FULL, Form.EVEX),
  VPSHUFD(Map.M0F, Prefix.P66, 0x70, Memory.FULL, Form.BOTH),
  VPSLLD(Map.M0F, Prefix.P66, 0x72, Memory.FULL, Form.BOTH),
  VPSRAD(Map.M0F, Prefix.P66, 0x72, Memory.FULL, Form.BOTH),
  VPXORD(Map.M0F, Prefix.P66, 0xEF, Memory.FULL, Form.EVEX),
  VRNDSCALEPS(Map.M0F3A, Prefix.P66, 0x08, Memory.FULL, Form.EVEX),
  VSCALEFPS(Map.M0F38, Prefix.P66, 0x2C, Memory.FULL, Form.EVEX),
  VSHUFI32X4(Map.M0F3A, Prefix.P66, 0x43, Memory.FULL, Form.EVEX),
  VSQRTPD(Map.M0F, Prefix.P66, 0x51, Memory.FULL, Form.BOTH, Element.DOUBLE),
  VSUBPD(Map.M0F, Prefix.P66, 0x5C, Memory.FULL, Form.BOTH, Element.DOUBLE),
  VSHUFPS(Map.M0F, Prefix.NONE, 0xC6, Memory.FULL, Form.BOTH),
  VSUBPS(Map.M0F, Prefix.NONE, 0x5C, Memory.FULL, Form.BOTH),
  VUNPCKLPS(Map.M0F, Prefix.NONE, 0x14, Memory.FULL, Form.BOTH),
  VXORPS(Map.M0F, Prefix.NONE, 0x57, Memory.FULL, Form.BOTH);

  /** The opcode map, by the number that the prefixes carry. */
  enum Map {
    M0F(1),
    M0F38(2),
    M0F3A(3);

    final int number;

    Map(int number) {
      this.number = number;
    }
  }

  /** The mandatory prefix, by its number. */
  enum Prefix {
    NONE(0),
    P66(1),
    PF3(2);

    final int number;

    Prefix(int number) {
      this.number = number;
    }
  }

  /** How much memory the instruction touches, which scales an EVEX displacement of 8 bits. */
  enum Memory {
    /** A vector, or one element for all. */
    FULL,
    /** A vector. */
    WHOLE,
    /** Half of a vector. */
    HALF,
    /** A quarter of a vector. */
    QUARTER,
    /** An element. */
    ELEMENT
  }

  /** What masks and broadcasts count. */
  enum Element {
    SINGLE(Float.BYTES),
    DOUBLE(Double.BYTES);

    final int bytes;

    Element(int bytes) {
      this.bytes = bytes;
    }
  }

  /** In which of the two encodings it exists, as far as the kernels need it. */
  enum Form {
    BOTH,
    EVEX
  }

  final Map map;
  final Prefix prefix;
  final int opcode;
  final Memory memory;
  final Form form;
  final Element element;

  VectorInstruction(Map map, Prefix prefix, int opcode, Memory memory, Form form) {
    this(map, prefix, opcode, memory, form, Element.SINGLE);
  }

  VectorInstruction(Map map, Prefix prefix, int opcode, Memory memory, Form form, Element element) {
    this.map = map;
    this.prefix = prefix;
    this.opcode = opcode;
    this.memory = memory;
    this.form = form;
    this.element = element;
  }

  /** Bytes in memory, of a vector of {@code vectorBytes}. */
  int memoryBytes(int vectorBytes, boolean broadcast) {
    return switch (memory) {
      case FULL -> broadcast ? element.bytes : vectorBytes;
      case WHOLE -> vectorBytes;
      case HALF -> vectorBytes / 2;
      case QUARTER -> vectorBytes / 4;
      case ELEMENT -> element.bytes;
    };
  }

  /** Its name in assembly. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
