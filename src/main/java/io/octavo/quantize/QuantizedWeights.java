package io.octavo.quantize;

import io.octavo.error.InvalidInputException;
import io.octavo.kernel.PanelMatrix;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.WeightMatrix;
import java.util.Arrays;

/**
 * Weights as int8 codes with a constant per output feature, packed for the matrix products: {@code
 * w ~ (code + offset) * step}.
 *
 * @param codes the codes
 * @param steps value of one step, per output
 * @param offsets what is added to a code, per output; all 0 for absmax
 * @param sums sum of the codes, per output
 */
public record QuantizedWeights(PanelMatrix codes, float[] steps, double[] offsets, long[] sums) {

  /**
   * Quantizes {@code weights} in parallel, one panel of outputs at a time, so that no more than a
   * panel per worker is ever held as floats.
   *
   * @throws InvalidInputException if a weight is NaN or infinite
   */
  public static QuantizedWeights quantize(
      WeightMatrix weights, LlmInt8 options, NativeMemory memory, Team team) {
    int outputs = weights.rows();
    int inputs = weights.columns();
    Int8Scheme scheme = options.scheme();
    boolean half = options.scope() == OutlierScope.REFERENCE;
    float[] min = new float[outputs];
    float[] max = new float[outputs];
    QuantizedWeights target =
        new QuantizedWeights(
            PanelMatrix.allocate(DType.I8, outputs, inputs, memory),
            new float[outputs],
            new double[outputs],
            new long[outputs]);
    int panels = target.codes.panels();
    float[][] values = new float[team.size()][];
    byte[][] panelCodes = new byte[team.size()][];
    boolean wholeTensor = scheme.weights() == Granularity.TENSOR;
    if (wholeTensor) {
      team.run(
          panels,
          (panel, worker) -> {
            float[] read = read(weights, target.codes, panel, half, values, worker);
            range(read, target.codes, panel, min, max);
          });
      shareWithinParts(weights, min, max);
    }
    team.run(
        panels,
        (panel, worker) -> {
          float[] read = read(weights, target.codes, panel, half, values, worker);
          if (!wholeTensor) {
            range(read, target.codes, panel, min, max);
          }
          if (panelCodes[worker] == null) {
            panelCodes[worker] = new byte[inputs * PanelMatrix.WIDTH];
          }
          target.store(panel, read, min, max, scheme.zeropointWeights(), panelCodes[worker]);
        });
    return target;
  }

  private static float[] read(
      WeightMatrix weights,
      PanelMatrix codes,
      int panel,
      boolean half,
      float[][] values,
      int worker) {
    if (values[worker] == null) {
      values[worker] = new float[codes.inputs() * PanelMatrix.WIDTH];
    }
    float[] target = values[worker];
    int width = codes.width(panel);
    if (width < PanelMatrix.WIDTH) {
      Arrays.fill(target, 0f);
    }
    weights.readTransposed(panel * PanelMatrix.WIDTH, width, target, 0, PanelMatrix.WIDTH);
    if (half) {
      for (int i = 0; i < target.length; i++) {
        target[i] = Float.float16ToFloat(Float.floatToFloat16(target[i]));
      }
    }
    return target;
  }

  private static void range(
      float[] values, PanelMatrix codes, int panel, float[] min, float[] max) {
    float[] least = new float[PanelMatrix.WIDTH];
    float[] most = new float[PanelMatrix.WIDTH];
    Arrays.fill(least, Float.POSITIVE_INFINITY);
    Arrays.fill(most, Float.NEGATIVE_INFINITY);
    for (int k = 0; k < codes.inputs(); k++) {
      for (int n = 0; n < PanelMatrix.WIDTH; n++) {
        least[n] = Math.min(least[n], values[k * PanelMatrix.WIDTH + n]);
        most[n] = Math.max(most[n], values[k * PanelMatrix.WIDTH + n]);
      }
    }
    int first = panel * PanelMatrix.WIDTH;
    for (int n = 0; n < codes.width(panel); n++) {
      // Infinities of both signs, or a NaN, show in the difference; so do inputs of width 0.
      if (codes.inputs() > 0 && !Float.isFinite(most[n] - least[n])) {
        if (Float.isNaN(most[n]) || Float.isInfinite(most[n]) || Float.isInfinite(least[n])) {
          throw new InvalidInputException(
              "Weights of output " + (first + n) + " hold NaN or an infinity");
        }
      }
      min[first + n] = codes.inputs() == 0 ? 0f : least[n];
      max[first + n] = codes.inputs() == 0 ? 0f : most[n];
    }
  }

  /** One constant for each matrix that was stacked, as if it stood alone. */
  private static void shareWithinParts(WeightMatrix weights, float[] min, float[] max) {
    int first = 0;
    for (WeightMatrix part : weights.parts()) {
      int last = first + part.rows();
      float least = 0f;
      float most = 0f;
      for (int n = first; n < last; n++) {
        least = n == first ? min[n] : Math.min(least, min[n]);
        most = n == first ? max[n] : Math.max(most, max[n]);
      }
      Arrays.fill(min, first, last, least);
      Arrays.fill(max, first, last, most);
      first = last;
    }
  }

  private void store(
      int panel, float[] values, float[] min, float[] max, boolean zeropoint, byte[] target) {
    int first = panel * PanelMatrix.WIDTH;
    int width = codes.width(panel);
    Arrays.fill(target, (byte) 0);
    if (zeropoint) {
      for (int n = 0; n < width; n++) {
        Zeropoint constants = Zeropoint.of(min[first + n], max[first + n]);
        steps[first + n] = (float) constants.step();
        offsets[first + n] = constants.offset();
        for (int k = 0; k < codes.inputs(); k++) {
          int at = k * PanelMatrix.WIDTH + n;
          target[at] = constants.code(values[at]);
        }
      }
    } else {
      float[] scales = new float[PanelMatrix.WIDTH];
      for (int n = 0; n < width; n++) {
        float absmax = Math.max(Math.abs(min[first + n]), Math.abs(max[first + n]));
        scales[n] = Absmax.scale(absmax);
        steps[first + n] = Absmax.step(absmax);
      }
      for (int k = 0; k < codes.inputs(); k++) {
        for (int n = 0; n < PanelMatrix.WIDTH; n++) {
          int at = k * PanelMatrix.WIDTH + n;
          target[at] = (byte) Math.rint(values[at] * scales[n]);
        }
      }
    }
    for (int n = 0; n < width; n++) {
      long sum = 0;
      for (int k = 0; k < codes.inputs(); k++) {
        sum += target[k * PanelMatrix.WIDTH + n];
      }
      sums[first + n] = sum;
    }
    codes.storeCodes(panel, target);
  }

  /** The weight of an output and input as its code says. */
  public float dequantize(int output, int input) {
    return (float) ((codes.code(output, input) + offsets[output]) * steps[output]);
  }
}
