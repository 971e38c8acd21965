package io.octavo.kernel;

/** The kernels of this process, each resolved once. */
public final class Kernels {
  private static final boolean VECTOR = KernelSelection.current().vector();

  private static final SoftmaxKernel SOFTMAX =
      VECTOR ? VectorProvider.softmax() : new ScalarSoftmax();
  private static final NormalizationKernel NORMALIZATION =
      VECTOR ? VectorProvider.normalization() : new ScalarNormalization();
  private static final ActivationKernel ACTIVATION =
      VECTOR ? VectorProvider.activation() : new ScalarActivation();

  private Kernels() {}

  /** Softmax of a row. */
  public static SoftmaxKernel softmax() {
    return SOFTMAX;
  }

  /** Normalization of a token. */
  public static NormalizationKernel normalization() {
    return NORMALIZATION;
  }

  /** Element-wise functions. */
  public static ActivationKernel activation() {
    return ACTIVATION;
  }
}
