package io.octavo.benchmarks;

import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import io.octavo.parallel.Team;
import io.octavo.parallel.WorkerPool;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Products of one to three rows with matrices that come from memory: several in rotation, larger
 * together than any cache. The weights' bytes count as traffic, the little else does not.
 */
@State(Scope.Thread)
public class MatrixVectorBenchmark extends Protocol {
  @Param({"MACHINE", "VECTOR", "SCALAR"})
  Provider provider;

  @Param({"F32", "F16", "BF16", "I8"})
  DType type;

  @Param({"1", "2", "3"})
  int rows;

  @Param({"4096"})
  int width;

  /** Workers of the library's own pool. */
  @Param({"1", "2"})
  int workers;

  /** What all matrices take together, at least. */
  @Param({"320"})
  int mebibytes;

  private NativeMemory memory;
  private PanelMatrix[] matrices;
  private BlockedProduct product;
  private Team team;
  private int next;

  @Setup
  public void prepare() {
    long bytes = (long) width * width * type.bytes();
    memory = new NativeMemory();
    matrices = new PanelMatrix[(int) (((long) mebibytes << 20) / bytes) + 1];
    MatrixProductKernel kernel = provider.matrixProduct();
    for (int i = 0; i < matrices.length; i++) {
      matrices[i] = RandomData.weights(type, width, width, kernel, memory);
    }
    product = new BlockedProduct(new Shape(rows, width, width), type, kernel, workers);
    team = new WorkerPool(workers).enter(workers);
  }

  @TearDown
  public void free() {
    team.close();
    memory.close();
  }

  @Benchmark
  public Object multiply(Traffic traffic) {
    PanelMatrix weights = matrices[next];
    next = next + 1 == matrices.length ? 0 : next + 1;
    traffic.add((long) width * width, type.bytes());
    return product.multiply(weights, team);
  }
}
