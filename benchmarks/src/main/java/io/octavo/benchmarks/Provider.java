package io.octavo.benchmarks;

import io.octavo.kernel.ActivationKernel;
import io.octavo.kernel.AttentionKernel;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.NormalizationKernel;
import io.octavo.kernel.QuantizationKernel;
import io.octavo.kernel.ScalarActivation;
import io.octavo.kernel.ScalarAttention;
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
import io.octavo.kernel.x86.CodePath;
import io.octavo.kernel.x86.MachineCodeException;
import io.octavo.kernel.x86.MachineMatrixProduct;
import io.octavo.kernel.x86.MachineSupport;

/** Whose kernels are measured; a JVM that measures meets one provider only. */
public enum Provider {
  /** The written definitions, compiled as C2 likes. */
  SCALAR,
  /** The Vector API. */
  VECTOR,
  /** Machine code for products of codes, the fastest this machine has; else the Vector API. */
  MACHINE,
  /** The same, as a machine without byte dot products has it. */
  AVX2;

  MatrixProductKernel matrixProduct() {
    return switch (this) {
      case SCALAR -> new ScalarMatrixProduct();
      case VECTOR -> new VectorMatrixProduct();
      case MACHINE -> machine(MachineSupport.current().paths().getFirst());
      case AVX2 -> machine(CodePath.AVX2);
    };
  }

  private static MatrixProductKernel machine(CodePath path) {
    try {
      return MachineMatrixProduct.install(path, new VectorMatrixProduct());
    } catch (MachineCodeException exception) {
      throw new IllegalStateException(exception);
    }
  }

  QuantizationKernel quantization() {
    return this == SCALAR ? new ScalarQuantization() : new VectorQuantization();
  }

  SoftmaxKernel softmax() {
    return this == SCALAR ? new ScalarSoftmax() : new VectorSoftmax();
  }

  NormalizationKernel normalization() {
    return this == SCALAR ? new ScalarNormalization() : new VectorNormalization();
  }

  ActivationKernel activation() {
    return this == SCALAR ? new ScalarActivation() : new VectorActivation();
  }

  AttentionKernel attention() {
    return this == SCALAR ? new ScalarAttention() : new VectorAttention();
  }
}
