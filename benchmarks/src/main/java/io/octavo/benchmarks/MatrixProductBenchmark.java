package io.octavo.benchmarks;

import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The matrix product kernel alone, one thread, one matrix. */
@State(Scope.Thread)
public class MatrixProductBenchmark extends Protocol {
  @Param({"MACHINE", "VECTOR", "SCALAR"})
  Provider provider;

  @Param({"F32", "F16", "BF16", "I8"})
  DType type;

  /** Rows x inputs x outputs. */
  @Param({
    "252x4096x4096",
    "1024x384x1536",
    "1024x1536x384",
    "96x1536x384",
    "1x4096x4096",
    "2x4096x4096",
    "3x4096x4096"
  })
  String shape;

  private final Team team = Team.alone();
  private NativeMemory memory;
  private PanelMatrix weights;
  private BlockedProduct product;
  private long macs;

  @Setup
  public void prepare() {
    Shape parsed = Shape.parse(shape);
    memory = new NativeMemory();
    MatrixProductKernel kernel = provider.matrixProduct();
    weights = RandomData.weights(type, parsed.outputs(), parsed.inputs(), kernel, memory);
    product = new BlockedProduct(parsed, type, kernel, 1);
    macs = parsed.macs();
  }

  @TearDown
  public void free() {
    memory.close();
  }

  @Benchmark
  public Object multiply(Products products) {
    products.add(macs);
    return product.multiply(weights, team);
  }
}
