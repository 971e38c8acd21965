package io.octavo.kernel.x86;

import io.octavo.kernel.BlockWeights;
import io.octavo.kernel.ExtendedSums;
import io.octavo.kernel.PanelMatrix;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/** Weights of attention in machine code with 512 bits. */
public final class MachineBlockWeights implements BlockWeights {
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int LANES = 16;
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
    Objects.checkFromIndexSize(0, queries * WIDTH, scores.length);
    Objects.checkFromIndexSize(first, queries, sums.mantissas().length);
    Objects.checkFromIndexSize(first, queries, sums.exponents().length);
    Objects.checkFromIndexSize(0, MAX_QUERIES + queries, factors.length);
    factors[0] = scale;
    int rest = queries % LANES == 0 ? LANES : queries % LANES;
    NativeCall.floats(
        code,
        scores,
        sums.mantissas(),
        sums.exponents(),
        factors,
        (queries + LANES - 1L) / LANES,
        -1L >>> -keys,
        (1L << rest) - 1,
        BlockWeightsCode.constants(),
        (long) first * Float.BYTES,
        0,
        0,
        0,
        0,
        0);
  }
}
