package io.octavo.kernel;

import io.octavo.kernel.KernelReport.Service;
import io.octavo.kernel.MachineProvider.Operation;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernels of this process, each resolved once. */
public final class Kernels {
  private static final Logger LOG = LoggerFactory.getLogger("io.octavo.kernels");
  private static final KernelSelection SELECTION =
      KernelSelection.of(System.getProperty("octavo.kernels", "auto"));
  private static final boolean VECTOR = SELECTION.vector();

  private static final Operation<SoftmaxKernel> MACHINE_SOFTMAX = machine(MachineProvider::softmax);
  private static final SoftmaxKernel SOFTMAX =
      MACHINE_SOFTMAX.orElse(VECTOR ? VectorProvider.softmax() : new ScalarSoftmax());
  private static final NormalizationKernel PORTABLE_NORMALIZATION =
      VECTOR ? VectorProvider.normalization() : new ScalarNormalization();
  private static final Operation<NormalizationKernel> MACHINE_NORMALIZATION =
      machine(() -> MachineProvider.normalization(PORTABLE_NORMALIZATION));
  private static final NormalizationKernel NORMALIZATION =
      MACHINE_NORMALIZATION.orElse(PORTABLE_NORMALIZATION);
  private static final Operation<ActivationKernel> MACHINE_ACTIVATION =
      machine(MachineProvider::activation);
  private static final ActivationKernel ACTIVATION =
      MACHINE_ACTIVATION.orElse(VECTOR ? VectorProvider.activation() : new ScalarActivation());
  private static final MatrixProductKernel PORTABLE_PRODUCT =
      VECTOR ? VectorProvider.matrixProduct() : new ScalarMatrixProduct();
  private static final QuantizationKernel PORTABLE_QUANTIZATION =
      VECTOR ? VectorProvider.quantization() : new ScalarQuantization();
  private static final Operation<QuantizationKernel> MACHINE_QUANTIZATION =
      machine(() -> MachineProvider.quantization(PORTABLE_QUANTIZATION));
  private static final QuantizationKernel QUANTIZATION =
      MACHINE_QUANTIZATION.orElse(PORTABLE_QUANTIZATION);
  private static final QuantizationKernel WEIGHT_QUANTIZATION =
      MACHINE_QUANTIZATION.orElse(new LoopQuantization());

  private static final Operation<MatrixProductKernel> MACHINE_FLOAT_PRODUCT =
      machine(() -> MachineProvider.floatProduct(PORTABLE_PRODUCT));
  private static final MatrixProductKernel FLOAT_PRODUCT =
      MACHINE_FLOAT_PRODUCT.orElse(PORTABLE_PRODUCT);
  private static final Operation<MatrixProductKernel> MACHINE_PRODUCT =
      machine(() -> MachineProvider.matrixProduct(FLOAT_PRODUCT));
  private static final MatrixProductKernel MATRIX_PRODUCT = MACHINE_PRODUCT.orElse(FLOAT_PRODUCT);

  private static final Operation<AttentionParts> MACHINE_ATTENTION =
      machine(MachineProvider::attention);
  private static final @Nullable AttentionParts ATTENTION_PARTS = attentionParts();
  private static final AttentionKernel ATTENTION =
      ATTENTION_PARTS == null ? new ScalarAttention() : new BlockedAttention(ATTENTION_PARTS);
  private static final CachedAttentionKernel CACHED_ATTENTION =
      ATTENTION_PARTS == null
          ? new ScalarCachedAttention()
          : new BlockedCachedAttention(ATTENTION_PARTS, ACTIVATION);

  private static final KernelReport REPORT =
      say(
          KernelReport.of(
              SELECTION,
              List.of(
                  new Service("int8 products", MACHINE_PRODUCT),
                  new Service("float products", MACHINE_FLOAT_PRODUCT),
                  new Service("attention", MACHINE_ATTENTION),
                  new Service("quantization", MACHINE_QUANTIZATION),
                  new Service("normalization", MACHINE_NORMALIZATION),
                  new Service("activation", MACHINE_ACTIVATION),
                  new Service("softmax", MACHINE_SOFTMAX))));

  private Kernels() {}

  private static <K> Operation<K> machine(Supplier<Operation<K>> operation) {
    return SELECTION.machine()
        ? operation.get()
        : Operation.none("-Doctavo.kernels asks for others", "");
  }

  private static @Nullable AttentionParts attentionParts() {
    AttentionParts machine = MACHINE_ATTENTION.kernel();
    return machine == null && VECTOR ? VectorProvider.attention() : machine;
  }

  private static KernelReport say(KernelReport report) {
    if (report.advice().isEmpty()) {
      LOG.debug("{}", report);
    } else {
      LOG.warn("{}", report);
    }
    return report;
  }

  /** What serves, and why. */
  public static KernelReport report() {
    return REPORT;
  }

  /** Softmax of a row. */
  public static SoftmaxKernel softmax() {
    return SOFTMAX;
  }

  /** Normalizations of tokens. */
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

  /** The same sweeps, for weights: those that are fast in a JVM that has just started. */
  public static QuantizationKernel weightQuantization() {
    return WEIGHT_QUANTIZATION;
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
