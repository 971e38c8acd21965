package io.octavo.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.InvalidInputException;
import io.octavo.parallel.Team;
import io.octavo.quantize.Int8Scheme;
import io.octavo.quantize.LlmInt8;
import io.octavo.quantize.OutlierScope;
import io.octavo.quantize.OutlierWeights;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.StoredMatrix;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * LLM.int8() as a layer: the edge cases and properties that Dettmers et al., arXiv:2208.07339, and
 * its reference library imply. Expected values come from sums in double.
 */
@Tag("core")
class LlmInt8PropertiesTest {
  private static final LlmInt8 EXACT =
      LlmInt8.defaults().withOutlierWeights(OutlierWeights.SOURCE).withOutlierLimit(1f);

  private final NativeMemory memory = new NativeMemory();
  private final Random random = new Random(11);

  @AfterEach
  void free() {
    memory.close();
  }

  // --- edge cases ---

  @Test
  void zeroRowsGiveTheBias() {
    float[] w = gaussian(5 * 8, 1);
    float[] bias = gaussian(5, 1);
    for (Int8Scheme scheme : Int8Scheme.values()) {
      float[] y = layer(w, bias, 5, 8, EXACT.withScheme(scheme)).forward(new float[16], 2);
      for (int i = 0; i < y.length; i++) {
        assertThat(y[i]).as("%s", scheme).isEqualTo(bias[i % 5]);
      }
    }
  }

  @Test
  void rowsTooSmallForAScaleCountAsZero() {
    float[] x = new float[8];
    Arrays.fill(x, 1e-38f);
    assertThat(layer(gaussian(40, 1), null, 5, 8, EXACT).forward(x, 1))
        .containsExactly(0f, 0f, 0f, 0f, 0f);
  }

  @Test
  void noRowsGiveNoRows() {
    for (OutlierScope scope : OutlierScope.values()) {
      assertThat(
              layer(gaussian(40, 1), null, 5, 8, EXACT.withScope(scope)).forward(new float[0], 0))
          .isEmpty();
    }
  }

  @Test
  void onlyOutliersGiveTheFloatProduct() {
    int inputs = 40;
    float[] w = gaussian(6 * inputs, 1);
    float[] x = new float[3 * inputs];
    for (int i = 0; i < x.length; i++) {
      x[i] = (random.nextBoolean() ? 1 : -1) * (6f + 20f * random.nextFloat());
    }
    for (OutlierScope scope : new OutlierScope[] {OutlierScope.TOKEN, OutlierScope.BATCH}) {
      assertClose(
          layer(w, null, 6, inputs, EXACT.withScope(scope)).forward(x, 3),
          x,
          w,
          3,
          inputs,
          6,
          1e-6);
    }
  }

  @Test
  void anInfinityIsAnOutlierOrMakesItsRowNan() {
    float[] w = gaussian(4 * 8, 1);
    float[] x = gaussian(3 * 8, 1);
    float[] clean = layer(w, null, 4, 8, EXACT).forward(x, 3);
    x[8 + 3] = Float.POSITIVE_INFINITY;
    float[] decomposed = layer(w, null, 4, 8, EXACT).forward(x, 3);
    float[] plain = layer(w, null, 4, 8, EXACT.withoutDecomposition()).forward(x, 3);
    for (int n = 0; n < 4; n++) {
      assertThat(decomposed[4 + n]).isEqualTo(Math.signum(w[n * 8 + 3]) * Float.POSITIVE_INFINITY);
      assertThat(plain[4 + n]).isNaN();
      assertThat(decomposed[n]).isEqualTo(clean[n]);
      assertThat(decomposed[8 + n]).isEqualTo(clean[8 + n]);
    }
  }

  @Test
  void aNanMakesItsRowNanAndNoOther() {
    float[] w = gaussian(4 * 8, 1);
    for (LlmInt8 options :
        new LlmInt8[] {
          EXACT,
          EXACT.withoutDecomposition(),
          EXACT.withScope(OutlierScope.BATCH),
          EXACT.withScope(OutlierScope.REFERENCE),
          EXACT.withScheme(Int8Scheme.ZEROPOINT_VECTOR)
        }) {
      float[] x = gaussian(3 * 8, 1);
      float[] clean = layer(w, null, 4, 8, options).forward(x, 3);
      x[8 + 5] = Float.NaN;
      float[] y = layer(w, null, 4, 8, options).forward(x, 3);
      for (int n = 0; n < 4; n++) {
        assertThat(y[4 + n]).as("%s", options).isNaN();
        assertThat(y[n]).isEqualTo(clean[n]);
        assertThat(y[8 + n]).isEqualTo(clean[8 + n]);
      }
    }
  }

  @Test
  void aTokenFullOfOutliersIsNotQuantized() {
    int inputs = 50;
    float[] w = gaussian(7 * inputs, 1);
    float[] x = gaussian(2 * inputs, 1);
    for (int k = 0; k < 20; k++) {
      x[inputs + k] = 30f + k;
    }
    for (Int8Scheme scheme : Int8Scheme.values()) {
      LlmInt8 options = EXACT.withScheme(scheme).withOutlierLimit(0.2f);
      Int8Linear layer = layer(w, null, 7, inputs, options);
      float[] y = layer.forward(x, 2);
      assertThat(layer.census().snapshot().weightOnlyRows()).isEqualTo(1);
      assertThat(layer.census().snapshot().outliers()).isEqualTo(20);
      float[] dequantized = new float[w.length];
      for (int i = 0; i < w.length; i++) {
        dequantized[i] = layer.weights().dequantize(i / inputs, i % inputs);
      }
      assertClose(
          Arrays.copyOfRange(y, 7, 14),
          Arrays.copyOfRange(x, inputs, 2 * inputs),
          dequantized,
          1,
          inputs,
          7,
          2e-6);
    }
  }

  @Test
  void aBatchFullOfOutlierColumnsIsNotQuantized() {
    int inputs = 50;
    float[] w = gaussian(7 * inputs, 1);
    float[] x = gaussian(2 * inputs, 1);
    for (int k = 0; k < 20; k++) {
      x[k % 2 * inputs + k] = 30f + k;
    }
    LlmInt8 options = EXACT.withScope(OutlierScope.BATCH).withOutlierLimit(0.2f);
    Int8Linear layer = layer(w, null, 7, inputs, options);
    layer.forward(x, 2);
    assertThat(layer.census().snapshot().weightOnlyRows()).isEqualTo(2);
  }

  @Test
  void weightsBeyondHalfPrecisionMeetOutliersInFloat() {
    float[] w = gaussian(4 * 8, 1);
    w[2 * 8 + 3] = 70_000f;
    float[] x = new float[8];
    x[3] = 7f;
    float[] y = layer(w, null, 4, 8, LlmInt8.defaults()).forward(x, 1);
    assertThat(y[2]).isEqualTo(490_000f);
  }

  @Test
  void weightsThatAreNoNumbersAreRefused() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] w = gaussian(130 * 8, 1);
      w[100 * 8 + 3] = bad;
      assertThatThrownBy(() -> layer(w, null, 130, 8, EXACT))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("output 100");
    }
  }

  // --- properties ---

  /**
   * The reference library's test of a layer, 1024 to 3072 features with PyTorch's initial weights:
   * fewer than 0.025 % of the outputs differ by more than 0.02, and none by more than 0.03.
   */
  @Test
  void productIsCloseToFloatAsInTheReferenceLibrarysTest() {
    float[] w = new float[3072 * 1024];
    for (int i = 0; i < w.length; i++) {
      w[i] = (2 * random.nextFloat() - 1) / 32;
    }
    float[] x = gaussian(16 * 1024, 1);
    float[] y = layer(w, null, 3072, 1024, LlmInt8.defaults()).forward(x, 16);
    double[] exact = product(x, w, 16, 1024, 3072);
    int large = 0;
    for (int i = 0; i < y.length; i++) {
      double difference = Math.abs(y[i] - exact[i]);
      assertThat(difference).isLessThanOrEqualTo(0.03);
      large += difference > 0.02 ? 1 : 0;
    }
    assertThat(large).isLessThan((int) (0.00025 * y.length));
  }

  @Test
  void noDecompositionIsPlainVectorWiseAndAllDecompositionIsFloat() {
    int inputs = 96;
    float[] w = gaussian(20 * inputs, 1);
    float[] x = gaussian(5 * inputs, 1);
    float[] unreached = layer(w, null, 20, inputs, EXACT.withThreshold(1e9f)).forward(x, 5);
    assertThat(layer(w, null, 20, inputs, EXACT.withoutDecomposition()).forward(x, 5))
        .isEqualTo(unreached);
    float[] all =
        layer(w, null, 20, inputs, EXACT.withScope(OutlierScope.BATCH).withThreshold(1e-30f))
            .forward(x, 5);
    assertClose(all, x, w, 5, inputs, 20, 1e-6);
  }

  @Test
  void permutingFeaturesChangesNothingButTheOrderOfOutliers() {
    int inputs = 70;
    float[] w = gaussian(9 * inputs, 1);
    float[] x = gaussian(4 * inputs, 1);
    for (int r = 0; r < 4; r++) {
      x[r * inputs + 13] = 25f; // one outlier per row: no order to keep
    }
    int[] order = random.ints(0, inputs).distinct().limit(inputs).toArray();
    float[] permutedW = new float[w.length];
    float[] permutedX = new float[x.length];
    for (int k = 0; k < inputs; k++) {
      for (int n = 0; n < 9; n++) {
        permutedW[n * inputs + k] = w[n * inputs + order[k]];
      }
      for (int r = 0; r < 4; r++) {
        permutedX[r * inputs + k] = x[r * inputs + order[k]];
      }
    }
    assertThat(layer(permutedW, null, 9, inputs, EXACT).forward(permutedX, 4))
        .isEqualTo(layer(w, null, 9, inputs, EXACT).forward(x, 4));
  }

  @Test
  void permutingTokensPermutesRowsAndBatchesDoNotMatter() {
    int inputs = 90;
    int rows = 37;
    float[] w = gaussian(70 * inputs, 1);
    float[] x = gaussian(rows * inputs, 4);
    Int8Linear layer = layer(w, gaussian(70, 1), 70, inputs, LlmInt8.defaults());
    float[] together = layer.forward(x, rows);
    for (int r = rows - 1; r >= 0; r--) {
      float[] alone = layer.forward(Arrays.copyOfRange(x, r * inputs, (r + 1) * inputs), 1);
      assertThat(alone).isEqualTo(Arrays.copyOfRange(together, r * 70, (r + 1) * 70));
    }
    assertThat(layer.census().snapshot().outliers()).isPositive();
  }

  @Test
  void aPowerOfTwoScalesTheRowAndKeepsItsCodes() {
    int inputs = 64;
    float[] w = gaussian(10 * inputs, 1);
    float[] x = gaussian(inputs, 1);
    float[] scaled = new float[inputs];
    for (int k = 0; k < inputs; k++) {
      scaled[k] = x[k] / 8f;
    }
    Int8Linear layer = layer(w, null, 10, inputs, EXACT);
    float[] y = layer.forward(x, 1);
    float[] small = layer.forward(scaled, 1);
    for (int n = 0; n < 10; n++) {
      assertThat(small[n] * 8f).isEqualTo(y[n]);
    }
  }

  /**
   * The synthetic control: X [256, 1024] standard normal, W normal times 0.03, six columns replaced
   * in three quarters of the rows by values near -60. Relative RMS errors of the product, as
   * computed independently in double precision.
   */
  @Test
  void syntheticControlKeepsTheOrderOfTheSchemes() {
    int rows = 256;
    int inputs = 1024;
    int outputs = 512;
    float[] x = gaussian(rows * inputs, 1);
    float[] w = gaussian(outputs * inputs, 0.03);
    int[] columns = {17, 200, 401, 555, 800, 1001};
    for (int r = 0; r < rows; r++) {
      for (int column : columns) {
        if (random.nextDouble() < 0.75) {
          x[r * inputs + column] = (float) (-60 + random.nextGaussian());
        }
      }
    }
    double[] exact = product(x, w, rows, inputs, outputs);
    LlmInt8 plain = EXACT.withoutDecomposition();
    double tensor =
        error(x, w, rows, inputs, outputs, exact, plain.withScheme(Int8Scheme.ABSMAX_TENSOR));
    double row = error(x, w, rows, inputs, outputs, exact, plain.withScheme(Int8Scheme.ABSMAX_ROW));
    double vector = error(x, w, rows, inputs, outputs, exact, plain);
    double zeropoint =
        error(x, w, rows, inputs, outputs, exact, plain.withScheme(Int8Scheme.ZEROPOINT_TENSOR));
    double zeropointVector =
        error(x, w, rows, inputs, outputs, exact, plain.withScheme(Int8Scheme.ZEROPOINT_VECTOR));
    double decomposed = error(x, w, rows, inputs, outputs, exact, EXACT);
    double int8Weights =
        error(x, w, rows, inputs, outputs, exact, EXACT.withOutlierWeights(OutlierWeights.INT8));
    assertThat(row).isBetween(0.040 * 0.75, 0.040 * 1.25);
    assertThat(vector).isBetween(0.038 * 0.75, 0.038 * 1.25);
    assertThat(zeropoint).isBetween(0.027 * 0.75, 0.027 * 1.25);
    assertThat(zeropointVector).isBetween(0.021 * 0.75, 0.021 * 1.25);
    assertThat(decomposed).isBetween(0.0027 * 0.75, 0.0027 * 1.25);
    assertThat(int8Weights).isBetween(0.0081 * 0.75, 0.0081 * 1.25);
    assertThat(
            new double[] {decomposed, int8Weights, zeropointVector, zeropoint, vector, row, tensor})
        .isSorted();
  }

  private double error(
      float[] x, float[] w, int rows, int inputs, int outputs, double[] exact, LlmInt8 options) {
    float[] y = layer(w, null, outputs, inputs, options).forward(x, rows);
    double error = 0;
    double squares = 0;
    for (int i = 0; i < y.length; i++) {
      error += (y[i] - exact[i]) * (y[i] - exact[i]);
      squares += exact[i] * exact[i];
    }
    return Math.sqrt(error / squares);
  }

  private Int8Linear layer(
      float[] w, float @Nullable [] bias, int outputs, int inputs, LlmInt8 options) {
    return Int8Linear.quantize(
        StoredMatrix.of(w, outputs, inputs), bias, options, memory, Team.alone());
  }

  private static double[] product(float[] x, float[] w, int rows, int inputs, int outputs) {
    double[] y = new double[rows * outputs];
    for (int r = 0; r < rows; r++) {
      for (int n = 0; n < outputs; n++) {
        double sum = 0;
        for (int k = 0; k < inputs; k++) {
          sum += (double) x[r * inputs + k] * w[n * inputs + k];
        }
        y[r * outputs + n] = sum;
      }
    }
    return y;
  }

  private static void assertClose(
      float[] y, float[] x, float[] w, int rows, int inputs, int outputs, double relative) {
    double[] exact = product(x, w, rows, inputs, outputs);
    for (int r = 0; r < rows; r++) {
      for (int n = 0; n < outputs; n++) {
        double magnitude = 0;
        for (int k = 0; k < inputs; k++) {
          magnitude += Math.abs((double) x[r * inputs + k] * w[n * inputs + k]);
        }
        assertThat((double) y[r * outputs + n])
            .isCloseTo(exact[r * outputs + n], Offset.offset(relative * magnitude));
      }
    }
  }

  private float[] gaussian(int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }
}
