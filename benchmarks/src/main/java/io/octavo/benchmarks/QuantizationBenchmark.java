package io.octavo.benchmarks;

import io.octavo.kernel.QuantizationKernel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The sweeps of LLM.int8() over rows in the cache, 0.1 % of the elements outliers; bytes are those
 * a sweep reads and writes.
 */
@State(Scope.Thread)
public class QuantizationBenchmark extends Protocol {
  private static final int ROWS = 16;
  private static final float THRESHOLD = 6f;

  @Param({"MACHINE", "VECTOR", "SCALAR"})
  Provider provider;

  @Param({"384", "1536", "4096"})
  int width;

  private QuantizationKernel kernel;
  private float[] x;
  private byte[] codes;
  private int[] columns;
  private float[] absmax;

  @Setup
  public void prepare() {
    kernel = provider.quantization();
    x = RandomData.activations(ROWS, width);
    codes = new byte[ROWS * width];
    columns = new int[width];
    absmax = new float[ROWS];
  }

  @Benchmark
  public int scan(Traffic traffic) {
    int found = 0;
    for (int row = 0; row < ROWS; row++) {
      found += kernel.scan(x, row * width, width, THRESHOLD, columns, absmax, row);
    }
    traffic.add(ROWS * width, Float.BYTES);
    return found;
  }

  @Benchmark
  public byte[] quantize(Traffic traffic) {
    for (int row = 0; row < ROWS; row++) {
      kernel.quantize(x, row * width, width, 127f / THRESHOLD, THRESHOLD, codes, row * width);
    }
    traffic.add(ROWS * width, Float.BYTES + 1);
    return codes;
  }
}
