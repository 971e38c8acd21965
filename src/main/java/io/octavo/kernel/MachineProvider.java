package io.octavo.kernel;

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
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The only class that names the kernels in machine code; resolves each operation on its own. */
final class MachineProvider {
  /**
   * Names one of the ways to multiply codes, for tests; the fastest without it. Kernels of floats
   * have 512 bits where it has.
   */
  private static final String PATH = "octavo.machine.path";

  private MachineProvider() {}

  /**
   * An operation, written and tested where it can be had.
   *
   * @param <K> the kernel's type
   * @param kernel the kernel; null where machine code does not serve
   * @param title the instruction set, or empty
   * @param reason why it serves or not, as a sentence without a full stop
   * @param advice what would make it serve; empty if nothing
   */
  record Operation<K>(@Nullable K kernel, String title, String reason, String advice) {
    /** Machine code is not to serve, or cannot. */
    static <K> Operation<K> none(String reason, String advice) {
      return new Operation<>(null, "", reason, advice);
    }

    /** The kernel, or another where machine code does not serve. */
    K orElse(K other) {
      return kernel == null ? other : kernel;
    }

    private static <K> Operation<K> tried(K kernel, String title, String difference) {
      return difference.isEmpty()
          ? new Operation<>(kernel, title, "the processor has " + title, "")
          : none(title + " kernels failed their trial: " + difference, "report this");
    }
  }

  /**
   * Products of codes.
   *
   * @param floats multiplies what is not in codes, with weights in any layout
   */
  static Operation<MatrixProductKernel> matrixProduct(MatrixProductKernel floats) {
    MachineSupport support = MachineSupport.current();
    if (support.features() == null) {
      return Operation.none(support.reason(), support.advice());
    }
    List<CodePath> paths = support.paths();
    String asked = System.getProperty(PATH, "").toUpperCase(Locale.ROOT);
    for (CodePath path : paths) {
      if (asked.isEmpty() || path.name().equals(asked)) {
        return matrixProduct(path, floats);
      }
    }
    return asked.isEmpty()
        ? Operation.none("this processor has not even AVX2", "")
        : Operation.none(
            "-D" + PATH + "=" + asked + " is none of what this processor has, " + paths,
            "drop -D" + PATH);
  }

  private static Operation<MatrixProductKernel> matrixProduct(
      CodePath path, MatrixProductKernel floats) {
    try {
      MatrixProductKernel kernel = MachineMatrixProduct.install(path, floats);
      return Operation.tried(kernel, path.title(), MatrixProductTrial.difference(kernel));
    } catch (MachineCodeException exception) {
      return Operation.none(String.valueOf(exception.getMessage()), "");
    }
  }

  /**
   * Products with weights in 16 and 32 bits.
   *
   * @param others multiplies what is in codes
   */
  static Operation<MatrixProductKernel> floatProduct(MatrixProductKernel others) {
    MachineSupport support = MachineSupport.current();
    FloatPath path = floatPath(support);
    if (path == null) {
      return noFloats(support);
    }
    try {
      MatrixProductKernel kernel = MachineFloatProduct.install(path, others);
      return Operation.tried(kernel, path.title(), FloatProductTrial.difference(kernel));
    } catch (MachineCodeException exception) {
      return Operation.none(String.valueOf(exception.getMessage()), "");
    }
  }

  private static @Nullable FloatPath floatPath(MachineSupport support) {
    String asked = System.getProperty(PATH, "").toUpperCase(Locale.ROOT);
    boolean wide = asked.isEmpty() || asked.equals(CodePath.AVX512_VNNI.name());
    for (FloatPath path : support.floatPaths()) {
      if (wide || path != FloatPath.AVX512) {
        return path;
      }
    }
    return null;
  }

  private static <K> Operation<K> noFloats(MachineSupport support) {
    return support.features() == null
        ? Operation.none(support.reason(), support.advice())
        : Operation.none("this processor has not even AVX2 and F16C", "");
  }

  /** The parts of attention. */
  static Operation<AttentionParts> attention() {
    return wide(
        () ->
            new AttentionParts(
                MachineTile.install(),
                MachineBlockWeights.install(),
                MachineWeightedValues.install()),
        AttentionTrial::difference);
  }

  /**
   * The sweeps of quantization.
   *
   * @param others sweeps over what machine code does not
   */
  static Operation<QuantizationKernel> quantization(QuantizationKernel others) {
    return wide(() -> MachineQuantization.install(others), QuantizationTrial::difference);
  }

  /**
   * Normalizations of tokens.
   *
   * @param others serves what machine code does not
   */
  static Operation<NormalizationKernel> normalization(NormalizationKernel others) {
    return wide(() -> MachineNormalization.install(others), NormalizationTrial::difference);
  }

  /** Element-wise functions. */
  static Operation<ActivationKernel> activation() {
    return wide(MachineActivation::install, ActivationTrial::difference);
  }

  /** Softmax of a row. */
  static Operation<SoftmaxKernel> softmax() {
    return wide(MachineSoftmax::install, SoftmaxTrial::difference);
  }

  /** What is written for 512 bits only. */
  private static <K> Operation<K> wide(
      Callable<? extends K> installation, Function<? super K, String> trial) {
    MachineSupport support = MachineSupport.current();
    FloatPath path = floatPath(support);
    if (path == null) {
      return noFloats(support);
    }
    if (path != FloatPath.AVX512) {
      return Operation.none("it needs AVX-512", "");
    }
    try {
      K kernel = installation.call();
      return Operation.tried(kernel, path.title(), trial.apply(kernel));
    } catch (MachineCodeException exception) {
      return Operation.none(String.valueOf(exception.getMessage()), "");
    } catch (Exception exception) {
      throw new IllegalStateException(exception);
    }
  }
}
