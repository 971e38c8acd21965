package io.octavo.kernel.x86;

import io.octavo.kernel.BlockWeights;
import io.octavo.kernel.ExtendedSums;
import io.octavo.kernel.PanelMatrix;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Weights of attention in machine code with 512 bits. */
public final class MachineBlockWeights implements BlockWeights {
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int LANES = 16;
  private static final MemorySegment CONSTANTS =
      MemorySegment.ofArray(BlockWeightsCode.constants());

  private final MemorySegment code;

  private MachineBlockWeights(MemorySegment code) {
    this.code = code;
  }

  /**
   * Writes the code and installs it, where {@link CpuFeatures#avx512()} says that it can run.
   *
   * @throws MachineCodeException if the system refuses executable memory
   */
  public static MachineBlockWeights install() throws MachineCodeException {
    return new MachineBlockWeights(
        ExecutableMemory.install(List.of(BlockWeightsCode.code())).getFirst());
  }

  @Override
  public void weigh(
      float[] scores,
      int queries,
      int keys,
      float scale,
      ExtendedSums sums,
      int first,
      float[] factors) {
    if (queries < 1 || queries > MAX_QUERIES || keys < 1 || keys > WIDTH) {
      throw new IllegalArgumentException(queries + " queries, " + keys + " keys");
    }
    factors[0] = scale;
    call(
        code,
        NativeCall.slice(scores, 0, queries * WIDTH),
        NativeCall.slice(sums.mantissas(), first, queries),
        NativeCall.slice(sums.exponents(), first, queries),
        NativeCall.slice(factors, 0, MAX_QUERIES + queries),
        queries,
        keys);
  }

  /**
   * Calls the code.
   *
   * @param factors of which the first holds the scale
   * @param queries at least 1
   * @param keys that count, at least 1
   */
  static void call(
      MemorySegment code,
      MemorySegment scores,
      MemorySegment mantissas,
      MemorySegment exponents,
      MemorySegment factors,
      int queries,
      int keys) {
    long sixteens = (queries + LANES - 1L) / LANES;
    int rest = queries % LANES == 0 ? LANES : queries % LANES;
    long last = (1L << rest) - 1;
    NativeCall.segments(
        code,
        scores,
        mantissas,
        exponents,
        factors,
        CONSTANTS,
        MemorySegment.NULL,
        sixteens,
        -1L >>> -keys,
        last,
        0,
        0,
        0,
        0);
  }
}
