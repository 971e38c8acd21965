package io.octavo.quantize;

import io.octavo.error.InvalidInputException;
import io.octavo.kernel.Kernels;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import io.octavo.kernel.QuantizationKernel;
import io.octavo.parallel.Team;
import io.octavo.tensor.WeightMatrix;
import java.util.Arrays;

/** Quantizes one matrix of weights, panel by panel, and of a panel some rows at a time. */
final class WeightQuantizer {
  private static final int WIDTH = PanelMatrix.WIDTH;

  /** What nothing reaches: weights have no outliers. */
  private static final float NO_THRESHOLD = Float.NaN;

  /** Rows that are read together: what follows finds them in the cache. */
  private static final int ROWS = 16;

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
  private final int[] noOutliers;
  private final QuantizationKernel kernel = Kernels.weightQuantization();

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
    this.noOutliers = new int[weights.columns()];
  }

  void run(Team team) {
    int panels = target.codes().panels();
    if (scheme.weights() == Granularity.TENSOR) {
      team.run(panels, (panel, worker) -> measure(panel, worker));
      shareWithinParts();
    }
    team.run(panels, (panel, worker) -> store(panel, worker));
  }

  private void measure(int panel, int worker) {
    int end = Math.min(weights.rows(), (panel + 1) * WIDTH);
    for (int first = panel * WIDTH; first < end; first += ROWS) {
      int count = Math.min(ROWS, end - first);
      measure(first, count, read(first, count, worker));
    }
  }

  private float[] read(int first, int count, int worker) {
    if (values[worker] == null) {
      values[worker] = new float[inputs * Math.min(ROWS, weights.rows())];
      codes[worker] = new byte[inputs * Math.min(WIDTH, weights.rows())];
    }
    float[] read = values[worker];
    weights.readRows(first, count, read, 0);
    if (half) {
      for (int i = 0; i < count * inputs; i++) {
        read[i] = Float.float16ToFloat(Float.floatToFloat16(read[i]));
      }
    }
    return read;
  }

  private void measure(int first, int count, float[] read) {
    for (int n = 0; n < count; n++) {
      int output = first + n;
      int from = n * inputs;
      kernel.scan(read, from, inputs, NO_THRESHOLD, noOutliers, max, output);
      if (!Float.isFinite(max[output])) {
        throw new InvalidInputException("Weights of output " + output + " hold NaN or an infinity");
      }
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

  private void store(int panel, int worker) {
    int begin = panel * WIDTH;
    int end = begin + target.codes().width(panel);
    for (int first = begin; first < end; first += ROWS) {
      int count = Math.min(ROWS, end - first);
      float[] read = read(first, count, worker);
      if (scheme.weights() != Granularity.TENSOR) {
        measure(first, count, read);
      }
      for (int n = 0; n < count; n++) {
        encode(first + n, read, n * inputs, codes[worker], (first - begin + n) * inputs);
      }
    }
    if (scheme.zeropointActivations()) {
      for (int output = begin; output < end; output++) {
        target.sums()[output] = PanelMatrix.sum(codes[worker], (output - begin) * inputs, inputs);
      }
    }
    target.codes().storeCodes(panel, codes[worker]);
  }

  private void encode(int output, float[] read, int from, byte[] panelCodes, int to) {
    if (scheme.zeropointWeights()) {
      Zeropoint constants = Zeropoint.of(min[output], max[output]);
      target.steps()[output] = (float) constants.step();
      target.offsets()[output] = (double) constants.offset();
      for (int k = 0; k < inputs; k++) {
        int code = constants.code(read[from + k]);
        panelCodes[to + k] = (byte) (code + MatrixProductKernel.CODE_BIAS);
      }
    } else {
      target.steps()[output] = Absmax.step(max[output]);
      target.absmax()[output] = max[output];
      float scale = Absmax.scale(max[output]);
      kernel.quantize(read, from, inputs, scale, NO_THRESHOLD, panelCodes, to);
    }
  }
}
