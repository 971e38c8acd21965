package io.octavo.testing;

import io.octavo.kernel.ActivationKernel;
import io.octavo.kernel.AttentionKernel;
import io.octavo.kernel.BlockedAttention;
import io.octavo.kernel.BlockedCachedAttention;
import io.octavo.kernel.CachedAttentionKernel;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.NormalizationKernel;
import io.octavo.kernel.QuantizationKernel;
import io.octavo.kernel.ScalarActivation;
import io.octavo.kernel.ScalarAttention;
import io.octavo.kernel.ScalarCachedAttention;
import io.octavo.kernel.ScalarMatrixProduct;
import io.octavo.kernel.ScalarNormalization;
import io.octavo.kernel.ScalarQuantization;
import io.octavo.kernel.ScalarSoftmax;
import io.octavo.kernel.SoftmaxKernel;
import io.octavo.kernel.vector.VectorActivation;
import io.octavo.kernel.vector.VectorAttention;
import io.octavo.kernel.vector.VectorMatrixProduct;
import io.octavo.kernel.vector.VectorNormalization;
import io.octavo.kernel.vector.VectorQuantization;
import io.octavo.kernel.vector.VectorSoftmax;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * One implementation of all kernels.
 *
 * @param name for the test's display name
 * @param softmax softmax
 * @param normalization normalization
 * @param activation element-wise functions
 * @param matrixProduct matrix products
 * @param quantization the sweeps of int8 quantization
 * @param attention attention of a head
 * @param cachedAttention attention of a head over a cache
 */
public record KernelSet(
    String name,
    SoftmaxKernel softmax,
    NormalizationKernel normalization,
    ActivationKernel activation,
    MatrixProductKernel matrixProduct,
    QuantizationKernel quantization,
    AttentionKernel attention,
    CachedAttentionKernel cachedAttention) {

  /** The written definition. */
  public static KernelSet scalar() {
    return new KernelSet(
        "scalar",
        new ScalarSoftmax(),
        new ScalarNormalization(),
        new ScalarActivation(),
        new ScalarMatrixProduct(),
        new ScalarQuantization(),
        new ScalarAttention(),
        new ScalarCachedAttention());
  }

  /** The SIMD kernels; the calling test is skipped where their module is absent. */
  public static KernelSet vector() {
    assumeVectorModule();
    return Vector.kernels();
  }

  /** Skips the calling test where the module of the SIMD kernels is absent. */
  public static void assumeVectorModule() {
    Assumptions.assumeTrue(hasVectorModule(), "the module jdk.incubator.vector is not loaded");
  }

  /** What this JVM can run. */
  public static List<KernelSet> available() {
    List<KernelSet> sets = new ArrayList<>(List.of(scalar()));
    sets.addAll(MachineKernels.sets());
    if (hasVectorModule()) {
      sets.add(Vector.kernels());
    }
    return List.copyOf(sets);
  }

  /** What serves products of floats beside machine code. */
  static MatrixProductKernel portableProduct() {
    return hasVectorModule() ? Vector.matrixProduct() : new ScalarMatrixProduct();
  }

  private static boolean hasVectorModule() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  @Override
  public String toString() {
    return name;
  }

  /** A class of its own, so that nothing of the module is touched without need. */
  private static final class Vector {
    private Vector() {}

    static MatrixProductKernel matrixProduct() {
      return new VectorMatrixProduct();
    }

    static KernelSet kernels() {
      ActivationKernel activation = new VectorActivation();
      return new KernelSet(
          "vector",
          new VectorSoftmax(),
          new VectorNormalization(),
          activation,
          new VectorMatrixProduct(),
          new VectorQuantization(),
          new BlockedAttention(VectorAttention.parts()),
          new BlockedCachedAttention(VectorAttention.parts(), activation));
    }
  }
}
