package io.octavo.benchmarks;

import io.octavo.parallel.Team;
import io.octavo.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;

/** How fast a team reads memory, in pieces that workers take one by one, as those of products. */
final class MemoryReading {
  private static final int PIECES = 16;

  /** Of the loop that reads. */
  private static final long PIECE_UNIT = 8 * 64;

  private final MemorySegment data;

  /** Of so many bytes of {@code memory}. */
  MemoryReading(long bytes, NativeMemory memory) {
    this.data = memory.allocate(bytes);
    // Pages nobody wrote to would all be the one page of zeros.
    data.fill((byte) 1);
  }

  /** GB/s of reading all of it so many times. */
  double speed(Team team, long times) {
    int pieces = PIECES * team.size();
    long piece = data.byteSize() / pieces / PIECE_UNIT * PIECE_UNIT;
    int[] sums = new int[team.size()];
    long start = System.nanoTime();
    for (long i = 0; i < times; i++) {
      team.run(
          pieces,
          (task, worker) ->
              sums[worker] += ReadBandwidthBenchmark.sum(data.asSlice(task * piece, piece)));
    }
    long elapsed = System.nanoTime() - start;
    return (double) piece * pieces * times / elapsed;
  }
}
