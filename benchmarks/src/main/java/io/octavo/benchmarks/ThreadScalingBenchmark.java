package io.octavo.benchmarks;

import io.octavo.layer.FloatLinear;
import io.octavo.layer.Int8Linear;
import io.octavo.layer.Linear;
import io.octavo.layer.Workspace;
import io.octavo.parallel.Team;
import io.octavo.parallel.WorkerPool;
import io.octavo.quantize.LlmInt8;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.StoredMatrix;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Square linear layers with one and two workers. A pass borrows the workers, applies the layer
 * several times and gives them back, as a forward pass of a model does; an int8 layer includes
 * quantization, dequantization and 0.1 % of outliers.
 */
@State(Scope.Thread)
public class ThreadScalingBenchmark extends Protocol {
  @Param({"I8", "F32"})
  DType type;

  @Param({"1", "4", "16", "64", "128", "512"})
  int rows;

  @Param({"384", "768", "1536", "4096"})
  int width;

  @Param({"1", "2"})
  int workers;

  /** How often a pass applies the layer. */
  @Param({"8"})
  int layers;

  private NativeMemory memory;
  private WorkerPool pool;
  private Workspace workspace;
  private Linear linear;
  private float[] x;
  private float[] y;

  @Setup
  public void prepare() {
    memory = new NativeMemory();
    pool = new WorkerPool(workers);
    workspace = new Workspace(workers);
    StoredMatrix weights = StoredMatrix.of(RandomData.normal(width * width, 0.03), width, width);
    float[] bias = RandomData.normal(width, 1);
    linear =
        type == DType.I8
            ? Int8Linear.quantize(weights, bias, LlmInt8.defaults(), memory, Team.alone())
            : FloatLinear.pack(weights, bias, type, memory, Team.alone());
    x = RandomData.activations(rows, width);
    y = new float[rows * width];
  }

  @TearDown
  public void free() {
    memory.close();
  }

  @Benchmark
  public float[] pass(Products products) {
    try (Team team = pool.enter(workers)) {
      workspace.use(team);
      for (int i = 0; i < layers; i++) {
        linear.forward(x, rows, y, workspace);
      }
    }
    products.add((long) layers * rows * width * width);
    return y;
  }
}
