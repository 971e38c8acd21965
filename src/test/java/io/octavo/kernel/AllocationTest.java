package io.octavo.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.octavo.kernel.vector.VectorActivation;
import io.octavo.kernel.vector.VectorAttention;
import io.octavo.kernel.vector.VectorMatrixProduct;
import io.octavo.kernel.vector.VectorNormalization;
import io.octavo.kernel.vector.VectorQuantization;
import io.octavo.kernel.vector.VectorSoftmax;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import io.octavo.testing.KernelSet;
import io.octavo.testing.MachineKernels;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A SIMD kernel that C2 has compiled allocates nothing: a vector that crossed a call it did not
 * inline would be an object each time, and a hundred times slower.
 */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int CALLS = 1_000;
  private static final int MAX_SAMPLES = 1_000;

  private final KernelScratch scratch = new KernelScratch();
  private final float[] x = new float[64 * 1024];
  private final float[] y = new float[64 * 1024];
  private final byte[] codes = new byte[1024];

  @BeforeAll
  static void needTheVectorModule() {
    KernelSet.assumeVectorModule();
  }

  /**
   * Lets what all softmax kernels share meet each of them, as other tests in the same JVM do: of
   * two, C2 would inline both, and run out of room for either. A process has one.
   */
  @BeforeAll
  static void meetEverySoftmax() {
    float[] row = new float[16];
    for (KernelSet kernels : KernelSet.available()) {
      for (int i = 0; i < CALLS; i++) {
        kernels.softmax().twoPass(row, 0, row.length, row, 0);
        kernels.softmax().threePassRecompute(row, 0, row.length, row, 0);
        kernels.softmax().threePassReload(row, 0, row.length, row, 0);
      }
    }
  }

  @Test
  void matrixProducts() {
    MatrixProductKernel kernel = new VectorMatrixProduct();
    int[] sums = new int[9 * 128];
    try (NativeMemory memory = new NativeMemory()) {
      for (DType type : DType.values()) {
        PanelMatrix weights = PanelMatrix.allocate(type, 100, 70, memory);
        for (int rows : new int[] {1, 3, 9}) {
          assertAllocatesNothing(
              type + " " + rows,
              () -> kernel.multiply(x, 0, rows, weights, 0, 2, y, y, 0, 100, scratch));
        }
      }
      PanelMatrix weights = PanelMatrix.allocate(DType.I8, 100, 70, memory);
      for (int rows : new int[] {1, 3, 9}) {
        assertAllocatesNothing(
            "codes " + rows,
            () -> kernel.multiplyCodes(codes, 0, rows, weights, 0, 2, sums, 0, 128, scratch));
        assertAllocatesNothing(
            "dequantized " + rows,
            () ->
                kernel.multiplyDequantized(
                    codes, 0, rows, weights, 0, 2, x, 0, x, x, y, 0, 100, scratch));
      }
    }
  }

  @Test
  void matrixProductsInMachineCode() {
    for (MatrixProductKernel kernel : MachineKernels.floatProducts()) {
      try (NativeMemory memory = new NativeMemory()) {
        for (DType type : new DType[] {DType.F32, DType.F16, DType.BF16}) {
          PanelMatrix weights = PanelMatrix.allocate(type, 100, 600, memory);
          for (int rows : new int[] {1, 3, 9}) {
            assertAllocatesNothing(
                kernel + " " + type + " " + rows,
                () -> kernel.multiply(x, 0, rows, weights, 0, 2, y, y, 0, 100, scratch));
          }
        }
      }
    }
  }

  @Test
  void codesInMachineCode() {
    int[] sums = new int[60 * 128];
    for (MatrixProductKernel kernel : MachineKernels.matrixProducts()) {
      try (NativeMemory memory = new NativeMemory()) {
        PanelMatrix weights = PanelMatrix.allocateCodes(100, 70, kernel.codeLayout(), memory);
        for (int rows : new int[] {1, 3, 6, 14}) {
          assertAllocatesNothing(
              kernel + " codes " + rows,
              () -> kernel.multiplyCodes(codes, 0, rows, weights, 0, 2, sums, 0, 128, scratch));
          assertAllocatesNothing(
              kernel + " dequantized " + rows,
              () ->
                  kernel.multiplyDequantized(
                      codes, 0, rows, weights, 0, 2, x, 0, x, x, y, 0, 100, scratch));
        }
      }
    }
  }

  @Test
  void attentionInMachineCode() {
    ExtendedSums sums = scratch.extendedSums();
    sums.begin(70);
    float[] factors = new float[BlockWeights.FACTORS];
    for (AttentionParts parts : MachineKernels.attention()) {
      for (int queries : new int[] {1, 7, 32}) {
        assertAllocatesNothing(
            "scores of " + queries,
            () -> parts.tile().multiply(x, 0, 64, queries, x, 0, 32, 64, y, 0, 64));
        assertAllocatesNothing(
            "weights of " + queries,
            () -> parts.weights().weigh(y, queries, 64, 1f, sums, 0, factors));
        assertAllocatesNothing(
            "values of " + queries,
            () -> parts.values().add(y, queries, x, 0, 64, factors, 32, x, 0, 32, scratch));
        assertAllocatesNothing(
            "division of " + queries, () -> parts.values().divide(sums, 0, queries, 32, y, 0, 32));
      }
    }
  }

  @Test
  void quantization() {
    QuantizationKernel kernel = new VectorQuantization();
    int[] columns = new int[384];
    assertAllocatesNothing("scan", () -> kernel.scan(x, 0, 383, 6f, columns, y, 0));
    assertAllocatesNothing("quantize", () -> kernel.quantize(x, 0, 383, 2f, 6f, codes, 0));
  }

  @Test
  void rows() {
    SoftmaxKernel softmax = new VectorSoftmax();
    NormalizationKernel normalization = new VectorNormalization();
    ActivationKernel activation = new VectorActivation();
    assertAllocatesNothing("two-pass", () -> softmax.twoPass(x, 0, 383, y, 0));
    assertAllocatesNothing("recompute", () -> softmax.threePassRecompute(x, 0, 383, y, 0));
    assertAllocatesNothing("reload", () -> softmax.threePassReload(x, 0, 383, y, 0));
    assertAllocatesNothing(
        "LayerNorm", () -> normalization.layerNorm(x, 0, 1, 383, x, x, 1e-5, y, 0));
    assertAllocatesNothing("sum of squares", () -> normalization.sumOfSquares(x, 0, 383));
    for (Activation function : Activation.values()) {
      assertAllocatesNothing(function.name(), () -> activation.apply(function, y, 0, 383));
    }
  }

  @Test
  void rowsInMachineCode() {
    int[] columns = new int[384];
    for (KernelSet kernels : MachineKernels.sets()) {
      QuantizationKernel quantization = kernels.quantization();
      SoftmaxKernel softmax = kernels.softmax();
      ActivationKernel activation = kernels.activation();
      NormalizationKernel norms = kernels.normalization();
      assertAllocatesNothing("scan", () -> quantization.scan(x, 0, 383, 6f, columns, y, 0));
      assertAllocatesNothing("LayerNorm", () -> norms.layerNorm(x, 0, 1, 383, x, x, 1e-5, y, 0));
      assertAllocatesNothing("RMSNorm", () -> norms.rmsNorm(x, 0, 1, 383, x, null, 1e-5, y, 0));
      assertAllocatesNothing("scale", () -> norms.scale(x, 0, 1, 383, 2f, x, null, y, 0));
      assertAllocatesNothing("sum", () -> norms.sum(x, 0, 383));
      assertAllocatesNothing("codes", () -> quantization.quantize(x, 0, 383, 2f, 6f, codes, 0));
      assertAllocatesNothing("two-pass", () -> softmax.twoPass(x, 0, 383, y, 0));
      assertAllocatesNothing("recompute", () -> softmax.threePassRecompute(x, 0, 383, y, 0));
      assertAllocatesNothing("reload", () -> softmax.threePassReload(x, 0, 383, y, 0));
      for (Activation function : Activation.values()) {
        assertAllocatesNothing(function.name(), () -> activation.apply(function, y, 0, 383));
        assertAllocatesNothing(
            function + " of a gate", () -> activation.applyGated(function, y, 0, x, 0, 383));
      }
    }
  }

  @Test
  void attention() {
    AttentionKernel kernel = new BlockedAttention(VectorAttention.parts());
    assertAllocatesNothing(
        "attention", () -> kernel.attend(x, 0, 32, 64, 96, 70, 32, 0.2f, y, 0, 32, scratch));
    assertAllocatesNothing(
        "attention with a bias",
        () -> kernel.attend(x, 0, 32, 64, 96, 70, 32, 0.2f, x, 69, y, 0, 32, scratch));
  }

  private static void assertAllocatesNothing(String what, Runnable call) {
    assertThat(bytesPerCall(call)).as("bytes per call: %s", what).isZero();
  }

  /**
   * The least of many samples: C2 may come late on a busy machine, and a deoptimization pass by.
   */
  private static long bytesPerCall(Runnable call) {
    long least = Long.MAX_VALUE;
    for (int sample = 0; sample < MAX_SAMPLES && least > 0; sample++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        call.run();
      }
      least = Math.min(least, (THREADS.getCurrentThreadAllocatedBytes() - before) / CALLS);
    }
    return least;
  }
}
