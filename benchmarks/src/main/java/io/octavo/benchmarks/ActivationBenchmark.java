package io.octavo.benchmarks;

import io.octavo.kernel.Activation;
import io.octavo.kernel.ActivationKernel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Activations over 16 tokens in the cache. Includes a copy of them, because the functions work in
 * place and would soon see nothing but tiny numbers.
 */
@State(Scope.Thread)
public class ActivationBenchmark extends Protocol {
  private static final int TOKENS = 16;

  @Param({"MACHINE", "VECTOR", "SCALAR"})
  Provider provider;

  @Param({"GELU_ERF", "GELU_TANH", "SILU"})
  Activation activation;

  @Param({"1536"})
  int width;

  private ActivationKernel kernel;
  private float[] x;
  private float[] y;

  @Setup
  public void prepare() {
    kernel = provider.activation();
    x = RandomData.activations(TOKENS, width);
    y = new float[TOKENS * width];
  }

  @Benchmark
  public float[] copyAndApply(Traffic traffic) {
    System.arraycopy(x, 0, y, 0, y.length);
    kernel.apply(activation, y, 0, y.length);
    traffic.add(y.length, 2 * Float.BYTES);
    return y;
  }
}
