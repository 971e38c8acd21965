package io.octavo.testing;

import io.octavo.kernel.AttentionParts;
import io.octavo.kernel.BlockedAttention;
import io.octavo.kernel.BlockedCachedAttention;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.x86.CodePath;
import io.octavo.kernel.x86.FloatPath;
import io.octavo.kernel.x86.MachineActivation;
import io.octavo.kernel.x86.MachineBlockWeights;
import io.octavo.kernel.x86.MachineCodeException;
import io.octavo.kernel.x86.MachineFloatProduct;
import io.octavo.kernel.x86.MachineMatrixProduct;
import io.octavo.kernel.x86.MachineNormalization;
import io.octavo.kernel.x86.MachineQuantization;
import io.octavo.kernel.x86.MachineSoftmax;
import io.octavo.kernel.x86.MachineSupport;
import io.octavo.kernel.x86.MachineTile;
import io.octavo.kernel.x86.MachineWeightedValues;
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

  /** Whether this machine has the kernels that are written for 512 bits only. */
  private static boolean wide() {
    return MachineSupport.current().floatPaths().contains(FloatPath.AVX512);
  }

  /** The parts of attention; nothing where this machine cannot have them. */
  public static List<AttentionParts> attention() {
    try {
      return wide()
          ? List.of(
              new AttentionParts(
                  MachineTile.install(),
                  MachineBlockWeights.install(),
                  MachineWeightedValues.install()))
          : List.of();
    } catch (MachineCodeException exception) {
      throw new IllegalStateException(exception);
    }
  }

  /** Kernels of which all that can be are machine code; nothing where there are none. */
  public static List<KernelSet> sets() {
    KernelSet scalar = KernelSet.scalar();
    try {
      return wide()
          ? List.of(
              new KernelSet(
                  "machine code",
                  MachineSoftmax.install(),
                  MachineNormalization.install(scalar.normalization()),
                  MachineActivation.install(),
                  MachineFloatProduct.install(FloatPath.AVX512, scalar.matrixProduct()),
                  MachineQuantization.install(scalar.quantization()),
                  new BlockedAttention(attention().getFirst()),
                  new BlockedCachedAttention(attention().getFirst(), scalar.activation())))
          : List.of();
    } catch (MachineCodeException exception) {
      throw new IllegalStateException(exception);
    }
  }

  /** Those with weights in 16 and 32 bits, of every path; nothing where there are none. */
  public static List<MatrixProductKernel> floatProducts() {
    return floats(path -> MachineFloatProduct.install(path, KernelSet.portableProduct()));
  }

  /** Writes and installs a kernel of floats. */
  private interface Installation<K> {
    K install(FloatPath path) throws MachineCodeException;
  }

  private static <K> List<K> floats(Installation<? extends K> installation) {
    List<K> kernels = new ArrayList<>();
    try {
      for (FloatPath path : MachineSupport.current().floatPaths()) {
        kernels.add(installation.install(path));
      }
    } catch (MachineCodeException exception) {
      throw new IllegalStateException(exception);
    }
    return kernels;
  }

  private static List<MatrixProductKernel> install() {
    List<MatrixProductKernel> kernels = new ArrayList<>();
    try {
      for (CodePath path : MachineSupport.current().paths()) {
        kernels.add(MachineMatrixProduct.install(path, KernelSet.portableProduct()));
      }
      kernels.addAll(floatProducts());
    } catch (MachineCodeException exception) {
      throw new IllegalStateException(exception);
    }
    return kernels;
  }
}
