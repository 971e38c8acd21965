package io.octavo.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * How fast off-heap memory, where weights live, can be read: the sum over so many MiB for each
 * thread, in eight accumulators. Two threads by JMH's {@code -t 2}.
 */
@State(Scope.Thread)
public class ReadBandwidthBenchmark extends Protocol {
  private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
  private static final int BYTES = SPECIES.vectorByteSize();
  private static final int ALIGNMENT = 64;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** In the last-level cache, and in memory. */
  @Param({"8", "512"})
  int mebibytes;

  private Arena arena;
  private MemorySegment data;

  @Setup
  public void prepare() {
    arena = Arena.ofShared();
    data = arena.allocate((long) mebibytes << 20, ALIGNMENT);
    // Pages nobody wrote to would all be the one page of zeros.
    data.fill((byte) 1);
  }

  @TearDown
  public void free() {
    arena.close();
  }

  @Benchmark
  public int sum(Traffic traffic) {
    traffic.add(data.byteSize() / Integer.BYTES, Integer.BYTES);
    return sum(data);
  }

  /** The sum of all numbers, of eight vectors at a time. */
  static int sum(MemorySegment data) {
    IntVector s0 = IntVector.zero(SPECIES);
    IntVector s1 = IntVector.zero(SPECIES);
    IntVector s2 = IntVector.zero(SPECIES);
    IntVector s3 = IntVector.zero(SPECIES);
    IntVector s4 = IntVector.zero(SPECIES);
    IntVector s5 = IntVector.zero(SPECIES);
    IntVector s6 = IntVector.zero(SPECIES);
    IntVector s7 = IntVector.zero(SPECIES);
    for (long p = 0; p < data.byteSize(); p += 8L * BYTES) {
      s0 = s0.add(IntVector.fromMemorySegment(SPECIES, data, p, ORDER));
      s1 = s1.add(IntVector.fromMemorySegment(SPECIES, data, p + BYTES, ORDER));
      s2 = s2.add(IntVector.fromMemorySegment(SPECIES, data, p + 2L * BYTES, ORDER));
      s3 = s3.add(IntVector.fromMemorySegment(SPECIES, data, p + 3L * BYTES, ORDER));
      s4 = s4.add(IntVector.fromMemorySegment(SPECIES, data, p + 4L * BYTES, ORDER));
      s5 = s5.add(IntVector.fromMemorySegment(SPECIES, data, p + 5L * BYTES, ORDER));
      s6 = s6.add(IntVector.fromMemorySegment(SPECIES, data, p + 6L * BYTES, ORDER));
      s7 = s7.add(IntVector.fromMemorySegment(SPECIES, data, p + 7L * BYTES, ORDER));
    }
    IntVector sum = s0.add(s1).add(s2).add(s3).add(s4).add(s5).add(s6).add(s7);
    return sum.reduceLanes(VectorOperators.ADD);
  }
}
