package io.octavo.testing;

import io.octavo.kernel.ActivationKernel;
import io.octavo.kernel.NormalizationKernel;
import io.octavo.kernel.ScalarActivation;
import io.octavo.kernel.ScalarNormalization;
import io.octavo.kernel.ScalarSoftmax;
import io.octavo.kernel.SoftmaxKernel;
import io.octavo.kernel.vector.VectorActivation;
import io.octavo.kernel.vector.VectorNormalization;
import io.octavo.kernel.vector.VectorSoftmax;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * One implementation of the row kernels.
 *
 * @param name for the test's display name
 * @param softmax softmax
 * @param normalization normalization
 * @param activation element-wise functions
 */
public record KernelSet(
    String name,
    SoftmaxKernel softmax,
    NormalizationKernel normalization,
    ActivationKernel activation) {

  /** The written definition. */
  public static KernelSet scalar() {
    return new KernelSet(
        "scalar", new ScalarSoftmax(), new ScalarNormalization(), new ScalarActivation());
  }

  /** The SIMD kernels; the calling test is skipped where their module is absent. */
  public static KernelSet vector() {
    Assumptions.assumeTrue(hasVectorModule(), "the module jdk.incubator.vector is not loaded");
    return Vector.kernels();
  }

  /** What this JVM can run. */
  public static List<KernelSet> available() {
    return hasVectorModule() ? List.of(scalar(), Vector.kernels()) : List.of(scalar());
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

    static KernelSet kernels() {
      return new KernelSet(
          "vector", new VectorSoftmax(), new VectorNormalization(), new VectorActivation());
    }
  }
}
