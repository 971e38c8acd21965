package io.octavo.quantize;

import io.octavo.error.InvalidInputException;
import io.octavo.kernel.ExtendedExp;
import io.octavo.kernel.PanelMatrix;
import io.octavo.parallel.Team;
import io.octavo.tensor.WeightMatrix;
import java.util.Arrays;

/**
 * Quantizes one matrix of weights, panel by panel. Loops over a panel call a small method for each
 * input, which a JVM that has just started compiles long before it would replace one large loop.
 */
final class WeightQuantizer {
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int MAGNITUDE = 0x7FFFFFFF;
  private static final int INFINITY = 0x7F800000;

  private final WeightMatrix weights;
  private final Int8Scheme scheme;
  private final boolean half;
  private final QuantizedWeights target;
  private final int inputs;

  /** Smallest and largest weight per output; for absmax the largest magnitude, negated and not. */
  private final float[] min;

  private final float[] max;
  private final float[][] values;
  private final byte[][] codes;

  WeightQuantizer(WeightMatrix weights, LlmInt8 options, QuantizedWeights target, int workers) {
    this.weights = weights;
    this.scheme = options.scheme();
    this.half = options.scope() == OutlierScope.REFERENCE;
    this.target = target;
    this.inputs = weights.columns();
    this.min = new float[weights.rows()];
    this.max = new float[weights.rows()];
    this.values = new float[workers][];
    this.codes = new byte[workers][];
  }

  void run(Team team) {
    int panels = target.codes().panels();
    if (scheme.weights() == Granularity.TENSOR) {
      team.run(panels, (panel, worker) -> measure(panel, read(panel, worker)));
      shareWithinParts();
      team.run(panels, (panel, worker) -> store(panel, read(panel, worker), worker));
    } else {
      team.run(
          panels,
          (panel, worker) -> {
            float[] read = read(panel, worker);
            measure(panel, read);
            store(panel, read, worker);
          });
    }
  }

  private float[] read(int panel, int worker) {
    if (values[worker] == null) {
      values[worker] = new float[inputs * WIDTH];
      codes[worker] = new byte[inputs * WIDTH];
    }
    float[] read = values[worker];
    int width = target.codes().width(panel);
    if (width < WIDTH) {
      Arrays.fill(read, 0f);
    }
    weights.readTransposed(panel * WIDTH, width, read, 0, WIDTH);
    if (half) {
      for (int i = 0; i < read.length; i++) {
        read[i] = Float.float16ToFloat(Float.floatToFloat16(read[i]));
      }
    }
    return read;
  }

  private void measure(int panel, float[] read) {
    int first = panel * WIDTH;
    int[] magnitudes = new int[WIDTH];
    for (int k = 0; k < inputs; k++) {
      raise(read, k * WIDTH, magnitudes);
    }
    for (int n = 0; n < target.codes().width(panel); n++) {
      if (magnitudes[n] >= INFINITY) {
        throw new InvalidInputException(
            "Weights of output " + (first + n) + " hold NaN or an infinity");
      }
      max[first + n] = Float.intBitsToFloat(magnitudes[n]);
      min[first + n] = -max[first + n];
    }
    if (scheme.zeropointWeights()) {
      for (int n = 0; n < target.codes().width(panel); n++) {
        for (int k = 0; k < inputs; k++) {
          float value = read[k * WIDTH + n];
          min[first + n] = k == 0 ? value : Math.min(min[first + n], value);
          max[first + n] = k == 0 ? value : Math.max(max[first + n], value);
        }
      }
    }
  }

  /** The bits of magnitudes order as the magnitudes do, NaN above all. */
  private static void raise(float[] read, int offset, int[] magnitudes) {
    for (int n = 0; n < WIDTH; n++) {
      magnitudes[n] =
          Math.max(magnitudes[n], Float.floatToRawIntBits(read[offset + n]) & MAGNITUDE);
    }
  }

  /** One constant for each matrix that was stacked, as if it stood alone. */
  private void shareWithinParts() {
    int first = 0;
    for (WeightMatrix part : weights.parts()) {
      int last = first + part.rows();
      float least = Float.POSITIVE_INFINITY;
      float most = Float.NEGATIVE_INFINITY;
      for (int n = first; n < last; n++) {
        least = Math.min(least, min[n]);
        most = Math.max(most, max[n]);
      }
      Arrays.fill(min, first, last, least);
      Arrays.fill(max, first, last, most);
      first = last;
    }
  }

  private void store(int panel, float[] read, int worker) {
    byte[] panelCodes = codes[worker];
    if (scheme.zeropointWeights()) {
      storeZeropoint(panel, read, panelCodes);
    } else {
      storeAbsmax(panel, read, panelCodes);
    }
    if (scheme.zeropointActivations()) {
      for (int n = 0; n < target.codes().width(panel); n++) {
        for (int k = 0; k < inputs; k++) {
          target.sums()[panel * WIDTH + n] += panelCodes[k * WIDTH + n];
        }
      }
    }
    target.codes().storeCodes(panel, panelCodes);
  }

  private void storeAbsmax(int panel, float[] read, byte[] panelCodes) {
    float[] scales = new float[WIDTH];
    for (int n = 0; n < target.codes().width(panel); n++) {
      int output = panel * WIDTH + n;
      scales[n] = Absmax.scale(max[output]);
      target.steps()[output] = Absmax.step(max[output]);
      target.absmax()[output] = max[output];
    }
    for (int k = 0; k < inputs; k++) {
      encode(read, k * WIDTH, scales, panelCodes);
    }
  }

  /** {@code rint(value * scale)}: the integer nearest to the product, in the sum's low bits. */
  private static void encode(float[] read, int offset, float[] scales, byte[] panelCodes) {
    for (int n = 0; n < WIDTH; n++) {
      float sum = read[offset + n] * scales[n] + ExtendedExp.ROUND;
      panelCodes[offset + n] = (byte) Float.floatToRawIntBits(sum);
    }
  }

  private void storeZeropoint(int panel, float[] read, byte[] panelCodes) {
    Arrays.fill(panelCodes, (byte) 0);
    for (int n = 0; n < target.codes().width(panel); n++) {
      int output = panel * WIDTH + n;
      Zeropoint constants = Zeropoint.of(min[output], max[output]);
      target.steps()[output] = (float) constants.step();
      target.offsets()[output] = (double) constants.offset();
      for (int k = 0; k < inputs; k++) {
        panelCodes[k * WIDTH + n] = constants.code(read[k * WIDTH + n]);
      }
    }
  }
}
