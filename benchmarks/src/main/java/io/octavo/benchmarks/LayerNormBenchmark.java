package io.octavo.benchmarks;

import io.octavo.kernel.NormalizationKernel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * LayerNorm from one array to another, 16 tokens at a time, that stay in the cache or walk through
 * memory. Traffic is one read and one write of each element.
 */
@State(Scope.Thread)
public class LayerNormBenchmark extends Protocol {
  private static final int TOKENS = 16;
  private static final double EPSILON = 1e-12;

  @Param({"MACHINE", "VECTOR", "SCALAR"})
  Provider provider;

  @Param({"384", "1024", "4096"})
  int width;

  /** Size of each array; 0 for the 16 tokens. */
  @Param({"0", "256"})
  int mebibytes;

  private NormalizationKernel kernel;
  private float[] x;
  private float[] y;
  private float[] gamma;
  private float[] beta;
  private int next;

  @Setup
  public void prepare() {
    kernel = provider.normalization();
    int group = TOKENS * width;
    int groups = Math.max(1, (int) (((long) mebibytes << 20) / Float.BYTES / group));
    x = RandomData.activations(groups * TOKENS, width);
    y = new float[groups * group];
    gamma = RandomData.normal(width, 1);
    beta = RandomData.normal(width, 1);
  }

  /**
   * The walk alone: every element read and written, by loads and stores as the kernels have them.
   */
  @Benchmark
  public float[] copy(Traffic traffic) {
    int count = TOKENS * width;
    for (int i = next; i < next + count; i++) {
      y[i] = x[i];
    }
    advance();
    traffic.add(count, 2 * Float.BYTES);
    return y;
  }

  @Benchmark
  public float[] layerNorm(Traffic traffic) {
    kernel.layerNorm(x, next, TOKENS, width, gamma, beta, EPSILON, y, next);
    advance();
    traffic.add(TOKENS * width, 2 * Float.BYTES);
    return y;
  }

  private void advance() {
    next += TOKENS * width;
    if (next == x.length) {
      next = 0;
    }
  }
}
