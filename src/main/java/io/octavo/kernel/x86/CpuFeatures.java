package io.octavo.kernel.x86;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The instruction sets of this processor that the system lets programs use, asked of the processor
 * itself: CPUID and XGETBV, executed. Intel's Software Developer's Manual, volume 2, CPUID, tables
 * 3-8 and following.
 *
 * @param avx2 AVX2 and FMA, 256 bits
 * @param halves conversion of half precision (F16C)
 * @param avxVnni byte dot products of 256 bits (AVX-VNNI)
 * @param avx512 AVX-512 F, BW, DQ and VL, 512 bits
 * @param avx512Vnni byte dot products of 512 bits
 */
public record CpuFeatures(
    boolean avx2, boolean halves, boolean avxVnni, boolean avx512, boolean avx512Vnni) {

  /** A processor's answers. */
  interface Processor {
    /** EAX, EBX, ECX and EDX that CPUID leaves for a leaf and its subleaf. */
    long[] cpuid(int leaf, int subleaf);

    /** The state that the system saves (XCR0); asked only where CPUID says that it may be. */
    long xgetbv();
  }

  private static final int EAX = 0;
  private static final int EBX = 1;
  private static final int ECX = 2;
  private static final int FEATURES = 1;
  private static final int EXTENDED_FEATURES = 7;
  private static final long VECTOR_STATE = 0x6;
  private static final long WIDE_VECTOR_STATE = 0xE6;

  /**
   * The features of the processor this runs on.
   *
   * @throws MachineCodeException if the system refuses executable memory
   */
  static CpuFeatures read() throws MachineCodeException {
    return of(new Executed());
  }

  static CpuFeatures of(Processor processor) {
    long last = processor.cpuid(0, 0)[EAX];
    long features = processor.cpuid(FEATURES, 0)[ECX];
    long state = bit(features, 27) ? processor.xgetbv() : 0;
    boolean vectors = (state & VECTOR_STATE) == VECTOR_STATE && bit(features, 28);
    if (!vectors || last < EXTENDED_FEATURES) {
      return new CpuFeatures(false, false, false, false, false);
    }
    long[] extended = processor.cpuid(EXTENDED_FEATURES, 0);
    boolean avx2 = bit(extended[EBX], 5) && bit(features, 12);
    boolean avx512 =
        avx2
            && (state & WIDE_VECTOR_STATE) == WIDE_VECTOR_STATE
            && bit(extended[EBX], 16)
            && bit(extended[EBX], 17)
            && bit(extended[EBX], 30)
            && bit(extended[EBX], 31);
    boolean avxVnni =
        avx2 && extended[EAX] >= 1 && bit(processor.cpuid(EXTENDED_FEATURES, 1)[EAX], 4);
    return new CpuFeatures(
        avx2, bit(features, 29), avxVnni, avx512, avx512 && bit(extended[ECX], 11));
  }

  private static boolean bit(long register, int number) {
    return (register >> number & 1) == 1;
  }

  /** CPUID into an array of four longs, and XGETBV into one of one. */
  static List<MachineCode> code() {
    Assembler cpuid = new Assembler("cpuid");
    cpuid.push(Register.RBX);
    cpuid.mov(Register.RAX, NativeCall.number(0, 1));
    cpuid.mov(Register.RCX, NativeCall.number(1, 1));
    cpuid.mov(Register.R8, Register.RDI);
    cpuid.cpuid();
    cpuid.mov(Address.at(Register.R8), Register.RAX);
    cpuid.mov(Address.at(Register.R8, Long.BYTES), Register.RBX);
    cpuid.mov(Address.at(Register.R8, 2 * Long.BYTES), Register.RCX);
    cpuid.mov(Address.at(Register.R8, 3 * Long.BYTES), Register.RDX);
    cpuid.pop(Register.RBX);
    cpuid.ret();

    Assembler xgetbv = new Assembler("xgetbv");
    xgetbv.xor(Register.RCX, Register.RCX);
    xgetbv.xgetbv();
    xgetbv.shl(Register.RDX, Integer.SIZE);
    xgetbv.or(Register.RAX, Register.RDX);
    xgetbv.mov(Address.at(Register.RDI), Register.RAX);
    xgetbv.ret();
    return List.of(cpuid.finish(), xgetbv.finish());
  }

  private static final class Executed implements Processor {
    private final List<MemorySegment> code;

    Executed() throws MachineCodeException {
      code = ExecutableMemory.install(code());
    }

    @Override
    public long[] cpuid(int leaf, int subleaf) {
      long[] registers = new long[4];
      NativeCall.registers(code.get(0), registers, leaf, subleaf);
      return registers;
    }

    @Override
    public long xgetbv() {
      long[] register = new long[1];
      NativeCall.registers(code.get(1), register, 0, 0);
      return register[0];
    }
  }
}
