package io.octavo.benchmarks;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The most multiply-accumulates in float32 that the machine gives to Java: fused multiply-adds
 * between registers, enough independent ones to hide their latency.
 */
@State(Scope.Thread)
public class FloatPeakBenchmark extends Protocol {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int ACCUMULATORS = 12;
  private static final int STEPS = 10_000;

  // Not constants, so that the loop has to be run; they keep the sums near 1.
  private float factor = 0.999f;
  private float summand = 0.001f;

  @Benchmark
  public float multiplyAdd(Products products) {
    products.add((long) STEPS * ACCUMULATORS * SPECIES.length());
    FloatVector a = FloatVector.broadcast(SPECIES, factor);
    FloatVector b = FloatVector.broadcast(SPECIES, summand);
    FloatVector s0 = b;
    FloatVector s1 = b.add(1f);
    FloatVector s2 = b.add(2f);
    FloatVector s3 = b.add(3f);
    FloatVector s4 = b.add(4f);
    FloatVector s5 = b.add(5f);
    FloatVector s6 = b.add(6f);
    FloatVector s7 = b.add(7f);
    FloatVector s8 = b.add(8f);
    FloatVector s9 = b.add(9f);
    FloatVector s10 = b.add(10f);
    FloatVector s11 = b.add(11f);
    for (int i = 0; i < STEPS; i++) {
      s0 = s0.fma(a, b);
      s1 = s1.fma(a, b);
      s2 = s2.fma(a, b);
      s3 = s3.fma(a, b);
      s4 = s4.fma(a, b);
      s5 = s5.fma(a, b);
      s6 = s6.fma(a, b);
      s7 = s7.fma(a, b);
      s8 = s8.fma(a, b);
      s9 = s9.fma(a, b);
      s10 = s10.fma(a, b);
      s11 = s11.fma(a, b);
    }
    FloatVector sum = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
    return sum.add(s6).add(s7).add(s8).add(s9).add(s10).add(s11).reduceLanes(VectorOperators.ADD);
  }
}
