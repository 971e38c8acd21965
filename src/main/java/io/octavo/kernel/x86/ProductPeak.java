package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Register.RDI;
import static io.octavo.kernel.x86.VectorInstruction.VPADDD;
import static io.octavo.kernel.x86.VectorInstruction.VPDPBUSD;
import static io.octavo.kernel.x86.VectorInstruction.VPMADDWD;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The most products of codes that a processor makes: a loop between registers, with as many sums as
 * hide the latency. What the products of matrices are measured by.
 */
public final class ProductPeak {
  private static final int SUMS = 12;

  private final CodePath path;
  private static final float[] NONE = {};

  private final MemorySegment code;

  private ProductPeak(CodePath path, MemorySegment code) {
    this.path = path;
    this.code = code;
  }

  /**
   * Installs the loop.
   *
   * @throws MachineCodeException if the system refuses executable memory
   */
  public static ProductPeak install(CodePath path) throws MachineCodeException {
    return new ProductPeak(path, ExecutableMemory.install(List.of(code(path))).getFirst());
  }

  /** Runs {@code turns} turns of the loop and returns how many multiply-accumulates they were. */
  public long run(long turns) {
    NativeCall.floats(code, NONE, NONE, NONE, NONE, Math.max(1, turns), 0, 0, 0, 0, 0, 0, 0, 0, 0);
    long products = (long) path.bits() / Integer.SIZE * path.layout().group();
    return Math.max(1, turns) * SUMS * products;
  }

  static MachineCode code(CodePath path) {
    Assembler code = new Assembler("product-peak-" + path);
    int bits = path.bits();
    VectorRegister x = VectorRegister.of(SUMS, bits);
    VectorRegister weights = VectorRegister.of(SUMS + 1, bits);
    VectorRegister product = VectorRegister.of(SUMS + 2, bits);
    code.mov(RDI, NativeCall.number(0, 0));
    int loop = code.here();
    for (int i = 0; i < SUMS; i++) {
      VectorRegister sum = VectorRegister.of(i, bits);
      if (path == CodePath.AVX2) {
        code.op(VPMADDWD, product, x, weights);
        code.op(VPADDD, sum, sum, product);
      } else {
        code.op(VPDPBUSD, sum, x, weights);
      }
    }
    code.dec(RDI);
    code.jnz(loop);
    code.vzeroupper();
    code.ret();
    return code.finish();
  }
}
