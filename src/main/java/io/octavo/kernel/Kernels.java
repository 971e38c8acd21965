package io.octavo.kernel;

import io.octavo.kernel.KernelReport.Service;
import io.octavo.kernel.MachineProvider.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernels of this process, each resolved once, when it is first asked for: in a JVM that has
 * just started that takes some twenty milliseconds each, and another thread may ask meanwhile.
 */
public final class Kernels {
  private static final Logger LOG = LoggerFactory.getLogger("io.octavo.kernels");
  private static final KernelSelection SELECTION =
      KernelSelection.of(System.getProperty("octavo.kernels", "auto"));
  private static final boolean VECTOR = SELECTION.vector();
  private static final boolean MACHINE = SELECTION.machine();

  private Kernels() {}

  private static <K> Operation<K> unasked() {
    return Operation.none("-Doctavo.kernels asks for others", "");
  }

  private static KernelReport say(KernelReport report) {
    if (report.advice().isEmpty()) {
      LOG.debug("{}", report);
    } else {
      LOG.warn("{}", report);
    }
    return report;
  }

  /** What serves, and why; resolves all that are not yet. */
  public static KernelReport report() {
    return Report.REPORT;
  }

  /** Resolves all kernels, in the order in which a load and a first forward pass need them. */
  public static void prepare() {
    weightQuantization();
    matrixProduct();
    normalization();
    cachedAttention();
    report();
  }

  /** Softmax of a row. */
  public static SoftmaxKernel softmax() {
    return Softmax.KERNEL;
  }

  /** Normalizations of tokens. */
  public static NormalizationKernel normalization() {
    return Normalization.KERNEL;
  }

  /** Element-wise functions. */
  public static ActivationKernel activation() {
    return ActivationFunctions.KERNEL;
  }

  /** Products of activations with packed weights. */
  public static MatrixProductKernel matrixProduct() {
    return CodeProduct.KERNEL;
  }

  /** The sweeps of int8 quantization. */
  public static QuantizationKernel quantization() {
    return Quantization.KERNEL;
  }

  /** The same sweeps, for weights: those that are fast in a JVM that has just started. */
  public static QuantizationKernel weightQuantization() {
    return Quantization.OF_WEIGHTS;
  }

  /** Attention of a head. */
  public static AttentionKernel attention() {
    return Attention.KERNEL;
  }

  /** Attention of a head over a cache. */
  public static CachedAttentionKernel cachedAttention() {
    return Attention.CACHED;
  }

  private static final class Softmax {
    static final Operation<SoftmaxKernel> WRITTEN = MACHINE ? MachineProvider.softmax() : unasked();
    static final SoftmaxKernel KERNEL =
        WRITTEN.orElse(VECTOR ? VectorProvider.softmax() : new ScalarSoftmax());

    private Softmax() {}
  }

  private static final class Normalization {
    static final NormalizationKernel PORTABLE =
        VECTOR ? VectorProvider.normalization() : new ScalarNormalization();
    static final Operation<NormalizationKernel> WRITTEN =
        MACHINE ? MachineProvider.normalization(PORTABLE) : unasked();
    static final NormalizationKernel KERNEL = WRITTEN.orElse(PORTABLE);

    private Normalization() {}
  }

  private static final class ActivationFunctions {
    static final Operation<ActivationKernel> WRITTEN =
        MACHINE ? MachineProvider.activation() : unasked();
    static final ActivationKernel KERNEL =
        WRITTEN.orElse(VECTOR ? VectorProvider.activation() : new ScalarActivation());

    private ActivationFunctions() {}
  }

  private static final class Quantization {
    static final QuantizationKernel PORTABLE =
        VECTOR ? VectorProvider.quantization() : new ScalarQuantization();
    static final Operation<QuantizationKernel> WRITTEN =
        MACHINE ? MachineProvider.quantization(PORTABLE) : unasked();
    static final QuantizationKernel KERNEL = WRITTEN.orElse(PORTABLE);
    static final QuantizationKernel OF_WEIGHTS = WRITTEN.orElse(new LoopQuantization());

    private Quantization() {}
  }

  private static final class FloatProduct {
    static final MatrixProductKernel PORTABLE =
        VECTOR ? VectorProvider.matrixProduct() : new ScalarMatrixProduct();
    static final Operation<MatrixProductKernel> WRITTEN =
        MACHINE ? MachineProvider.floatProduct(PORTABLE) : unasked();
    static final MatrixProductKernel KERNEL = WRITTEN.orElse(PORTABLE);

    private FloatProduct() {}
  }

  /** Multiplies what is in codes, and hands the rest on. */
  private static final class CodeProduct {
    static final Operation<MatrixProductKernel> WRITTEN =
        MACHINE ? MachineProvider.matrixProduct(FloatProduct.KERNEL) : unasked();
    static final MatrixProductKernel KERNEL = WRITTEN.orElse(FloatProduct.KERNEL);

    private CodeProduct() {}
  }

  private static final class Attention {
    static final Operation<AttentionParts> WRITTEN =
        MACHINE ? MachineProvider.attention() : unasked();
    static final @Nullable AttentionParts PARTS =
        WRITTEN.kernel() == null && VECTOR ? VectorProvider.attention() : WRITTEN.kernel();
    static final AttentionKernel KERNEL =
        PARTS == null ? new ScalarAttention() : new BlockedAttention(PARTS);
    static final CachedAttentionKernel CACHED =
        PARTS == null
            ? new ScalarCachedAttention()
            : new BlockedCachedAttention(PARTS, activation());

    private Attention() {}
  }

  private static final class Report {
    static final KernelReport REPORT =
        say(
            KernelReport.of(
                SELECTION,
                List.of(
                    new Service("int8 products", CodeProduct.WRITTEN),
                    new Service("float products", FloatProduct.WRITTEN),
                    new Service("attention", Attention.WRITTEN),
                    new Service("quantization", Quantization.WRITTEN),
                    new Service("normalization", Normalization.WRITTEN),
                    new Service("activation", ActivationFunctions.WRITTEN),
                    new Service("softmax", Softmax.WRITTEN))));

    private Report() {}
  }
}
