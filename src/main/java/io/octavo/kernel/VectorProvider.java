package io.octavo.kernel;

import io.octavo.kernel.vector.VectorActivation;
import io.octavo.kernel.vector.VectorAttention;
import io.octavo.kernel.vector.VectorMatrixProduct;
import io.octavo.kernel.vector.VectorNormalization;
import io.octavo.kernel.vector.VectorQuantization;
import io.octavo.kernel.vector.VectorSoftmax;
import io.octavo.kernel.vector.VectorWidth;

/** The only class that names the SIMD kernels; touched only where their module is present. */
final class VectorProvider {
  private VectorProvider() {}

  static KernelSelection select(String reason, boolean machine) {
    if (VectorWidth.WIDEST < 128) {
      return new KernelSelection(
          false,
          0,
          machine,
          "this JVM has no vectors of 128 bits on this machine",
          "use another JVM or CPU");
    }
    return new KernelSelection(true, VectorWidth.BITS, machine, reason, VectorWidth.ADVICE);
  }

  static SoftmaxKernel softmax() {
    return new VectorSoftmax();
  }

  static NormalizationKernel normalization() {
    return new VectorNormalization();
  }

  static ActivationKernel activation() {
    return new VectorActivation();
  }

  static MatrixProductKernel matrixProduct() {
    return new VectorMatrixProduct();
  }

  static QuantizationKernel quantization() {
    return new VectorQuantization();
  }

  static AttentionParts attention() {
    return VectorAttention.parts();
  }
}
