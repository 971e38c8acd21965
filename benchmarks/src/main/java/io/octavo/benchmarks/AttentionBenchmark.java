package io.octavo.benchmarks;

import io.octavo.kernel.AttentionKernel;
import io.octavo.kernel.KernelScratch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Attention of one head of twelve, whose queries, keys and values lie interleaved as the layer
 * leaves them. Counted are the two products, not the softmax between them.
 */
@State(Scope.Thread)
public class AttentionBenchmark extends Protocol {
  private static final int HEADS = 12;

  @Param({"VECTOR", "SCALAR"})
  Provider provider;

  @Param({"16", "128", "512"})
  int tokens;

  @Param({"32", "64"})
  int headWidth;

  private final KernelScratch scratch = new KernelScratch();
  private AttentionKernel kernel;
  private float[] x;
  private float[] y;

  @Setup
  public void prepare() {
    kernel = provider.attention();
    x = RandomData.normal(tokens * 3 * HEADS * headWidth, 1);
    y = new float[tokens * HEADS * headWidth];
  }

  @Benchmark
  public float[] attend(Products products) {
    int width = HEADS * headWidth;
    float scale = (float) (1 / Math.sqrt(headWidth));
    kernel.attend(
        x, 0, width, 2 * width, 3 * width, tokens, headWidth, scale, y, 0, width, scratch);
    products.add(2L * tokens * tokens * headWidth);
    return y;
  }
}
