package io.octavo.benchmarks;

import io.octavo.kernel.x86.CodePath;
import io.octavo.kernel.x86.MachineCodeException;
import io.octavo.kernel.x86.MachineSupport;
import io.octavo.kernel.x86.ProductPeak;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The most multiply-accumulates of codes that the processor makes, between registers. */
@State(Scope.Thread)
public class ProductPeakBenchmark extends Protocol {
  /** Some tens of microseconds. */
  private static final int TURNS = 5_000;

  @Param({"AVX512_VNNI", "AVX_VNNI", "AVX2"})
  CodePath path;

  private ProductPeak peak;

  @Setup
  public void prepare() throws MachineCodeException {
    if (!MachineSupport.current().paths().contains(path)) {
      throw new IllegalStateException("This processor has no " + path);
    }
    peak = ProductPeak.install(path);
  }

  @Benchmark
  public long multiplyAdd(Products products) {
    long macs = peak.run(TURNS);
    products.add(macs);
    return macs;
  }
}
