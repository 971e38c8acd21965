package io.octavo.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * {@code System.arraycopy} of floats: what any function of a row costs at least. Traffic is one
 * read and one write. Two threads, each with rows of its own, by JMH's {@code -t 2}.
 */
@State(Scope.Thread)
public class CopyBenchmark extends Protocol {
  @Param({"128", "1024", "8192", "65536", "1048576", "16777216"})
  int length;

  private float[] x;
  private float[] y;

  @Setup
  public void prepare() {
    x = RandomData.normal(length, 1);
    y = new float[length];
  }

  @Benchmark
  public float[] copy(Traffic traffic) {
    System.arraycopy(x, 0, y, 0, length);
    traffic.add(length, 2 * Float.BYTES);
    return y;
  }
}
