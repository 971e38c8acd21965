package io.octavo.benchmarks;

import io.octavo.kernel.SoftmaxKernel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The three softmax algorithms. Traffic is what each reads and writes when nothing stays in a
 * cache: 3, 4 and 5 floats per element. Two threads, each with rows of its own, by JMH's {@code -t
 * 2}.
 */
@State(Scope.Thread)
public class SoftmaxBenchmark extends Protocol {
  @Param({"MACHINE", "VECTOR", "SCALAR"})
  Provider provider;

  @Param({"128", "1024", "8192", "65536", "1048576", "16777216"})
  int length;

  private SoftmaxKernel kernel;
  private float[] x;
  private float[] y;

  @Setup
  public void prepare() {
    kernel = provider.softmax();
    x = RandomData.normal(length, 3);
    y = new float[length];
  }

  @Benchmark
  public float[] twoPass(Traffic traffic) {
    kernel.twoPass(x, 0, length, y, 0);
    traffic.add(length, 3 * Float.BYTES);
    return y;
  }

  @Benchmark
  public float[] threePassRecompute(Traffic traffic) {
    kernel.threePassRecompute(x, 0, length, y, 0);
    traffic.add(length, 4 * Float.BYTES);
    return y;
  }

  @Benchmark
  public float[] threePassReload(Traffic traffic) {
    kernel.threePassReload(x, 0, length, y, 0);
    traffic.add(length, 5 * Float.BYTES);
    return y;
  }
}
