package io.octavo.quantize;

import io.octavo.error.InvalidInputException;
import io.octavo.kernel.ExtendedExp;
import io.octavo.kernel.PanelMatrix;
import io.octavo.parallel.Team;
import io.octavo.tensor.WeightMatrix;
import java.util.Arrays;

/**
 * Quantizes one matrix of weights, panel by panel. Loops over a row call a small method for some
 * inputs, which a JVM that has just started compiles long before it would replace one large loop.
 */
final class WeightQuantizer {
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int LANES = 64;
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
    int width = target.codes().width(panel);
    if (values[worker] == null) {
      values[worker] = new float[inputs * Math.min(WIDTH, weights.rows())];
      codes[worker] = new byte[values[worker].length];
    }
    float[] read = values[worker];
    weights.readRows(panel * WIDTH, width, read, 0);
    if (half) {
      for (int i = 0; i < width * inputs; i++) {
        read[i] = Float.float16ToFloat(Float.floatToFloat16(read[i]));
      }
    }
    return read;
  }

  private void measure(int panel, float[] read) {
    int[] lanes = new int[LANES];
    for (int n = 0; n < target.codes().width(panel); n++) {
      int output = panel * WIDTH + n;
      int from = n * inputs;
      int magnitude = magnitude(read, from, inputs, lanes);
      if (magnitude >= INFINITY) {
        throw new InvalidInputException("Weights of output " + output + " hold NaN or an infinity");
      }
      max[output] = Float.intBitsToFloat(magnitude);
      min[output] = -max[output];
      if (scheme.zeropointWeights()) {
        float least = read[from];
        float most = least;
        for (int k = 1; k < inputs; k++) {
          least = Math.min(least, read[from + k]);
          most = Math.max(most, read[from + k]);
        }
        min[output] = least;
        max[output] = most;
      }
    }
  }

  /** The bits of magnitudes order as the magnitudes do, NaN above all. */
  private static int magnitude(float[] row, int from, int count, int[] lanes) {
    Arrays.fill(lanes, 0);
    int whole = count / LANES * LANES;
    for (int k = 0; k < whole; k += LANES) {
      raise(row, from + k, lanes);
    }
    int most = 0;
    for (int k = whole; k < count; k++) {
      most = Math.max(most, Float.floatToRawIntBits(row[from + k]) & MAGNITUDE);
    }
    for (int lane : lanes) {
      most = Math.max(most, lane);
    }
    return most;
  }

  private static void raise(float[] row, int offset, int[] lanes) {
    for (int n = 0; n < LANES; n++) {
      lanes[n] = Math.max(lanes[n], Float.floatToRawIntBits(row[offset + n]) & MAGNITUDE);
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
        target.sums()[panel * WIDTH + n] = PanelMatrix.sum(panelCodes, n * inputs, inputs);
      }
    }
    target.codes().storeCodes(panel, panelCodes);
  }

  private void storeAbsmax(int panel, float[] read, byte[] panelCodes) {
    for (int n = 0; n < target.codes().width(panel); n++) {
      int output = panel * WIDTH + n;
      float scale = Absmax.scale(max[output]);
      target.steps()[output] = Absmax.step(max[output]);
      target.absmax()[output] = max[output];
      int end = (n + 1) * inputs;
      for (int k = n * inputs; k < end; k += LANES) {
        encode(read, k, Math.min(end, k + LANES), scale, panelCodes);
      }
    }
  }

  /** {@code rint(value * scale)}: the integer nearest to the product, in the sum's low bits. */
  private static void encode(float[] read, int from, int to, float scale, byte[] panelCodes) {
    for (int k = from; k < to; k++) {
      panelCodes[k] = (byte) Float.floatToRawIntBits(read[k] * scale + ExtendedExp.ROUND);
    }
  }

  private void storeZeropoint(int panel, float[] read, byte[] panelCodes) {
    for (int n = 0; n < target.codes().width(panel); n++) {
      int output = panel * WIDTH + n;
      Zeropoint constants = Zeropoint.of(min[output], max[output]);
      target.steps()[output] = (float) constants.step();
      target.offsets()[output] = (double) constants.offset();
      for (int k = 0; k < inputs; k++) {
        panelCodes[n * inputs + k] = constants.code(read[n * inputs + k]);
      }
    }
  }
}
