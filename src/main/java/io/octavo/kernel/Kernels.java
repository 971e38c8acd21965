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
  private static final MatrixProductKernel MATRIX_PRODUCT =
      VECTOR ? VectorProvider.matrixProduct() : new ScalarMatrixProduct();
  private static final QuantizationKernel QUANTIZATION =
      VECTOR ? VectorProvider.quantization() : new ScalarQuantization();
  private static final AttentionKernel ATTENTION =
      VECTOR ? VectorProvider.attention() : new ScalarAttention();
  private static final CachedAttentionKernel CACHED_ATTENTION =
      VECTOR ? VectorProvider.cachedAttention() : new ScalarCachedAttention();

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

  /** Products of activations with packed weights. */
  public static MatrixProductKernel matrixProduct() {
    return MATRIX_PRODUCT;
  }

  /** The sweeps of int8 quantization. */
  public static QuantizationKernel quantization() {
    return QUANTIZATION;
  }

  /** Attention of a head. */
  public static AttentionKernel attention() {
    return ATTENTION;
  }

  /** Attention of a head over a cache. */
  public static CachedAttentionKernel cachedAttention() {
    return CACHED_ATTENTION;
  }
}
