package io.octavo.benchmarks;

import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import java.util.SplittableRandom;

/** Operands with the values of real ones: times must not profit from zeros. */
final class RandomData {
  private static final long SEED = 20_220_815;

  /** The share of outliers at the input of all-MiniLM-L6-v2's feed-forward networks. */
  private static final double OUTLIER_SHARE = 0.001;

  /** One feature in so many has outliers. */
  private static final int OUTLIER_FEATURE = 96;

  private static final double OUTLIER_FACTOR = 20;

  private RandomData() {}

  /** Normally distributed. */
  static float[] normal(int length, double deviation) {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }

  /**
   * Rows of activations: normally distributed, with the outliers LLM.int8() is about, which gather
   * in few of the features.
   */
  static float[] activations(int rows, int width) {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] values = normal(rows * width, 1);
    for (int i = 0; i < values.length; i++) {
      if (i % width % OUTLIER_FEATURE == 0
          && random.nextDouble() < OUTLIER_SHARE * OUTLIER_FEATURE) {
        values[i] = (float) (Math.copySign(6, values[i]) + values[i] * OUTLIER_FACTOR);
      }
    }
    return values;
  }

  /** Codes in [-127, 127]. */
  static byte[] codes(int length) {
    SplittableRandom random = new SplittableRandom(SEED);
    byte[] codes = new byte[length];
    for (int i = 0; i < length; i++) {
      codes[i] = (byte) random.nextInt(-127, 128);
    }
    return codes;
  }

  /** Codes as the quantizer leaves them, with the bias of activations. */
  static byte[] biasedCodes(int length) {
    byte[] codes = codes(length);
    for (int i = 0; i < length; i++) {
      codes[i] = (byte) (codes[i] + MatrixProductKernel.CODE_BIAS);
    }
    return codes;
  }

  /** Weights as a kernel takes them, whose panels all hold the same random numbers. */
  static PanelMatrix weights(
      DType type, int outputs, int inputs, MatrixProductKernel kernel, NativeMemory memory) {
    PanelMatrix matrix =
        type == DType.I8
            ? PanelMatrix.allocateCodes(outputs, inputs, kernel.codeLayout(), memory)
            : PanelMatrix.allocate(type, outputs, inputs, memory);
    int count = inputs * PanelMatrix.WIDTH;
    byte[] codes = type == DType.I8 ? biasedCodes(count) : new byte[0];
    float[] values = type == DType.I8 ? new float[0] : normal(count, 0.03);
    for (int panel = 0; panel < matrix.panels(); panel++) {
      if (type == DType.I8) {
        matrix.storeCodes(panel, codes);
      } else {
        matrix.store(panel, values);
      }
    }
    return matrix;
  }
}
