package io.octavo.benchmarks;

import io.octavo.kernel.ActivationKernel;
import io.octavo.kernel.AttentionKernel;
import io.octavo.kernel.BlockedAttention;
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
import io.octavo.kernel.x86.FloatPath;
import io.octavo.kernel.x86.MachineActivation;
import io.octavo.kernel.x86.MachineFloatProduct;
import io.octavo.kernel.x86.MachineMatrixProduct;
import io.octavo.kernel.x86.MachineNormalization;
import io.octavo.kernel.x86.MachineQuantization;
import io.octavo.kernel.x86.MachineSoftmax;
import io.octavo.kernel.x86.MachineSupport;
import java.util.concurrent.Callable;

/** Whose kernels are measured; a JVM that measures meets one provider only. */
public enum Provider {
  /** The written definitions, compiled as C2 likes. */
  SCALAR,
  /** The Vector API. */
  VECTOR,
  /** Machine code where there is some, the fastest this machine has; else the Vector API. */
  MACHINE,
  /** Of the products the same, as a machine without AVX-512 and byte dot products has them. */
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
    FloatPath floats = path == CodePath.AVX512_VNNI ? FloatPath.AVX512 : FloatPath.AVX2;
    return install(
        () ->
            MachineMatrixProduct.install(
                path, MachineFloatProduct.install(floats, new VectorMatrixProduct())));
  }

  private static <K> K install(Callable<K> installation) {
    try {
      return installation.call();
    } catch (Exception exception) {
      throw new IllegalStateException(exception);
    }
  }

  QuantizationKernel quantization() {
    return switch (this) {
      case SCALAR -> new ScalarQuantization();
      case VECTOR, AVX2 -> new VectorQuantization();
      case MACHINE -> install(() -> MachineQuantization.install(new VectorQuantization()));
    };
  }

  SoftmaxKernel softmax() {
    return switch (this) {
      case SCALAR -> new ScalarSoftmax();
      case VECTOR, AVX2 -> new VectorSoftmax();
      case MACHINE -> install(MachineSoftmax::install);
    };
  }

  NormalizationKernel normalization() {
    return switch (this) {
      case SCALAR -> new ScalarNormalization();
      case VECTOR, AVX2 -> new VectorNormalization();
      case MACHINE -> install(() -> MachineNormalization.install(new VectorNormalization()));
    };
  }

  ActivationKernel activation() {
    return switch (this) {
      case SCALAR -> new ScalarActivation();
      case VECTOR, AVX2 -> new VectorActivation();
      case MACHINE -> install(MachineActivation::install);
    };
  }

  AttentionKernel attention() {
    return this == SCALAR ? new ScalarAttention() : new BlockedAttention(VectorAttention.parts());
  }
}
