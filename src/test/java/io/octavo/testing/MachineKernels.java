package io.octavo.testing;

import io.octavo.kernel.AttentionParts;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.x86.CodePath;
import io.octavo.kernel.x86.CpuFeatures;
import io.octavo.kernel.x86.MachineBlockWeights;
import io.octavo.kernel.x86.MachineCodeException;
import io.octavo.kernel.x86.MachineMatrixProduct;
import io.octavo.kernel.x86.MachineSupport;
import io.octavo.kernel.x86.MachineTile;
import java.util.ArrayList;
import java.util.List;

/** The kernels in machine code of every path that this machine has, whichever serves. */
public final class MachineKernels {
  private static final List<MatrixProductKernel> MATRIX_PRODUCTS = install();

  private MachineKernels() {}

  /** Nothing where machine code cannot be had. */
  public static List<MatrixProductKernel> matrixProducts() {
    return MATRIX_PRODUCTS;
  }

  /** The parts of attention; nothing where this machine cannot have them. */
  public static List<AttentionParts> attention() {
    CpuFeatures features = MachineSupport.current().features();
    if (features == null || !features.avx512()) {
      return List.of();
    }
    try {
      return List.of(new AttentionParts(MachineTile.install(), MachineBlockWeights.install()));
    } catch (MachineCodeException exception) {
      throw new IllegalStateException(exception);
    }
  }

  private static List<MatrixProductKernel> install() {
    List<MatrixProductKernel> kernels = new ArrayList<>();
    try {
      for (CodePath path : MachineSupport.current().paths()) {
        kernels.add(MachineMatrixProduct.install(path, KernelSet.portableProduct()));
      }
    } catch (MachineCodeException exception) {
      throw new IllegalStateException(exception);
    }
    return kernels;
  }
}
