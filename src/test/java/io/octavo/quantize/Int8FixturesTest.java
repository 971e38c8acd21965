package io.octavo.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.layer.Int8Linear;
import io.octavo.parallel.Team;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.StoredMatrix;
import io.octavo.testing.Fixtures;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code fixtures/int8.json}: codes, constants and outlier columns exactly, outputs within class
 * "product", {@code 1e-6 * (|X| |W|' + |bias|)}.
 */
@Tag("core")
class Int8FixturesTest {
  private static final LlmInt8 PLAIN =
      LlmInt8.defaults()
          .withoutDecomposition()
          .withOutlierWeights(OutlierWeights.SOURCE)
          .withOutlierLimit(1f);

  private final NativeMemory memory = new NativeMemory();

  /** One case of the file. */
  record Case(
      String name,
      int rows,
      int inputs,
      int outputs,
      float threshold,
      float[] x,
      float[] w,
      float @Nullable [] bias,
      JsonNode expected) {
    static Case of(JsonNode node) {
      return new Case(
          node.path("name").textValue(),
          node.path("rows").intValue(),
          node.path("k").intValue(),
          node.path("n").intValue(),
          node.path("threshold").floatValue(),
          Fixtures.floats(node.path("x")),
          Fixtures.floats(node.path("w")),
          node.path("bias").isObject() ? Fixtures.floats(node.path("bias")) : null,
          node.path("expected"));
    }

    StoredMatrix weights() {
      return StoredMatrix.of(w, outputs, inputs);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    JsonNode cases = Fixtures.read("int8.json").path("cases");
    assertThat(cases.size()).isEqualTo(14);
    return StreamSupport.stream(cases.spliterator(), false).map(Case::of);
  }

  @AfterEach
  void free() {
    memory.close();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void weights(Case test) {
    checkWeights(test, Int8Scheme.ABSMAX_TENSOR, "weight_per_tensor");
    checkWeights(test, Int8Scheme.ABSMAX_VECTOR, "weight_per_output");
  }

  private void checkWeights(Case test, Int8Scheme scheme, String name) {
    JsonNode expected = test.expected().path(name);
    QuantizedWeights quantized =
        QuantizedWeights.quantize(test.weights(), PLAIN.withScheme(scheme), memory, Team.alone());
    assertThat(codes(quantized, test)).isEqualTo(Fixtures.ints(expected.path("codes")));
    double[] absmax = Fixtures.doubles(expected.path("absmax"));
    for (int n = 0; n < test.outputs(); n++) {
      assertThat(quantized.steps()[n] * 127.0)
          .isCloseTo(
              absmax[absmax.length == 1 ? 0 : n],
              within(2e-7 * absmax[absmax.length == 1 ? 0 : n]));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void absmax(Case test) {
    checkAbsmax(test, "absmax_tensor", PLAIN.withScheme(Int8Scheme.ABSMAX_TENSOR));
    checkAbsmax(test, "absmax_row", PLAIN.withScheme(Int8Scheme.ABSMAX_ROW));
    checkAbsmax(test, "absmax_vector", PLAIN.withScheme(Int8Scheme.ABSMAX_VECTOR));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void llmInt8(Case test) {
    LlmInt8 decomposed = PLAIN.withThreshold(test.threshold());
    JsonNode paper = checkAbsmax(test, "llm_int8_paper", decomposed.withScope(OutlierScope.BATCH));
    assertThat(sharedColumns(test, decomposed.withScope(OutlierScope.BATCH)))
        .isEqualTo(list(paper.path("outlier_columns")));
    JsonNode perToken = checkAbsmax(test, "llm_int8_per_token", decomposed);
    ActivationQuantizer quantizer = new ActivationQuantizer(decomposed, test.inputs());
    QuantizedRows rows = new QuantizedRows();
    quantizer.quantize(test.x(), test.rows(), rows, Team.alone());
    for (int row = 0; row < test.rows(); row++) {
      int[] found = new int[test.inputs()];
      int count = quantizer.outlierColumns(test.x(), row, rows, found);
      assertThat(Arrays.copyOf(found, count))
          .isEqualTo(list(perToken.path("outlier_columns_by_row").get(row)));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void referenceLibrary(Case test) {
    LlmInt8 options =
        PLAIN
            .withThreshold(test.threshold())
            .withScope(OutlierScope.REFERENCE)
            .withOutlierWeights(OutlierWeights.INT8);
    JsonNode expected = test.expected().path("llm_int8_bitsandbytes");
    assertThat(sharedColumns(test, options)).isEqualTo(list(expected.path("outlier_columns")));
    checkActivations(test, expected, options);
    QuantizedWeights quantized =
        QuantizedWeights.quantize(test.weights(), options, memory, Team.alone());
    assertThat(codes(quantized, test)).isEqualTo(Fixtures.ints(expected.path("weight_codes")));
    float[] y = forward(test, test.x(), options);
    assertProduct(test, y, expected.path("output_float_input"));
    // A layer in half precision: activations and bias are halves as well.
    LlmInt8 half = options.withOutlierWeights(OutlierWeights.INT8_AS_HALF);
    float[] bias = test.bias() == null ? null : halves(test.bias());
    float[] yHalf =
        Int8Linear.quantize(test.weights(), bias, half, memory, Team.alone())
            .forward(halves(test.x()), test.rows());
    assertHalf(yHalf, expected.path("output_half_input"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void zeropoint(Case test) {
    checkZeropoint(test, "zeropoint_tensor", Int8Scheme.ZEROPOINT_TENSOR);
    checkZeropoint(test, "zeropoint_vector", Int8Scheme.ZEROPOINT_VECTOR);
    checkZeropoint(test, "zeropoint_activation_tensor", Int8Scheme.ZEROPOINT_ACTIVATION_TENSOR);
    checkZeropoint(test, "zeropoint_activation_vector", Int8Scheme.ZEROPOINT_ACTIVATION_VECTOR);
  }

  private void checkZeropoint(Case test, String name, Int8Scheme scheme) {
    JsonNode expected = test.expected().path(name);
    if (expected.isMissingNode()) {
      assertThat(test.name()).isIn("zero_row_and_zero_weight_row", "k_1", "ties_round_to_even");
      return;
    }
    LlmInt8 options = PLAIN.withScheme(scheme);
    ActivationQuantizer quantizer = new ActivationQuantizer(options, test.inputs());
    QuantizedRows rows = new QuantizedRows();
    quantizer.quantize(test.x(), test.rows(), rows, Team.alone());
    assertThat(firstCodes(rows, test.rows() * test.inputs()))
        .isEqualTo(Fixtures.ints(expected.path("x").path("codes")));
    double[] scales = Fixtures.doubles(expected.path("x").path("nd"));
    int[] offsets = Fixtures.ints(expected.path("x").path("zp"));
    for (int row = 0; row < test.rows(); row++) {
      int shared = scales.length == 1 ? 0 : row;
      assertThat(1.0 / rows.step(row)).isCloseTo(scales[shared], within(2e-7 * scales[shared]));
      assertThat(rows.offset(row)).isEqualTo(offsets[shared]);
    }
    if (scheme.zeropointWeights()) {
      QuantizedWeights quantized =
          QuantizedWeights.quantize(test.weights(), options, memory, Team.alone());
      assertThat(codes(quantized, test)).isEqualTo(Fixtures.ints(expected.path("w").path("codes")));
    }
    assertProduct(test, forward(test, test.x(), options), expected.path("output"));
  }

  /** The former variant keeps integers that leave the range of a byte, so it has no layer. */
  @ParameterizedTest
  @MethodSource("cases")
  void formerZeropoint(Case test) {
    for (String name : List.of("zeropoint_tensor_255", "zeropoint_vector_255")) {
      JsonNode expected = test.expected().path(name);
      if (!expected.isMissingNode()) {
        boolean rowWise = name.contains("vector");
        long[] x = former(test.x(), test.inputs(), rowWise, expected, "x");
        long[] w = former(test.w(), test.inputs(), rowWise, expected, "w");
        double[] xScales = Fixtures.doubles(expected.path("x_nd"));
        double[] wScales = Fixtures.doubles(expected.path("w_nd"));
        float[] y = new float[test.rows() * test.outputs()];
        for (int r = 0; r < test.rows(); r++) {
          for (int n = 0; n < test.outputs(); n++) {
            long sum = 0;
            for (int k = 0; k < test.inputs(); k++) {
              sum += x[r * test.inputs() + k] * w[n * test.inputs() + k];
            }
            double value = sum / xScales[rowWise ? r : 0] / wScales[rowWise ? n : 0];
            y[r * test.outputs() + n] =
                (float) (test.bias() == null ? value : value + test.bias()[n]);
          }
        }
        assertProduct(test, y, expected.path("output"));
      }
    }
  }

  private static long[] former(
      float[] values, int inputs, boolean rowWise, JsonNode expected, String operand) {
    int rowLength = rowWise ? inputs : values.length;
    long[] integers = new long[values.length];
    double[] scales = Fixtures.doubles(expected.path(operand + "_nd"));
    for (int first = 0; first < values.length; first += rowLength) {
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      for (int i = first; i < first + rowLength; i++) {
        min = Math.min(min, values[i]);
        max = Math.max(max, values[i]);
      }
      Zeropoint constants = Zeropoint.former(min, max);
      assertThat(constants.scale())
          .isCloseTo(scales[first / rowLength], within(1e-12 * constants.scale()));
      for (int i = first; i < first + rowLength; i++) {
        integers[i] = constants.integer(values[i]);
      }
    }
    assertThat(Arrays.stream(integers).mapToInt(Math::toIntExact).toArray())
        .isEqualTo(Fixtures.ints(expected.path(operand + "_integers")));
    return integers;
  }

  private JsonNode checkAbsmax(Case test, String name, LlmInt8 options) {
    JsonNode expected = test.expected().path(name);
    checkActivations(test, expected, options);
    assertProduct(test, forward(test, test.x(), options), expected.path("output"));
    return expected;
  }

  private void checkActivations(Case test, JsonNode expected, LlmInt8 options) {
    ActivationQuantizer quantizer = new ActivationQuantizer(options, test.inputs());
    QuantizedRows rows = new QuantizedRows();
    quantizer.quantize(test.x(), test.rows(), rows, Team.alone());
    assertThat(firstCodes(rows, test.rows() * test.inputs()))
        .isEqualTo(Fixtures.ints(expected.path("codes")));
    double[] absmax = Fixtures.doubles(expected.path("absmax"));
    for (int row = 0; row < test.rows(); row++) {
      assertThat(rows.step(row) * 127.0).isCloseTo(absmax[row], within(2e-7 * absmax[row]));
    }
  }

  private int[] sharedColumns(Case test, LlmInt8 options) {
    ActivationQuantizer quantizer = new ActivationQuantizer(options, test.inputs());
    QuantizedRows rows = new QuantizedRows();
    quantizer.quantize(test.x(), test.rows(), rows, Team.alone());
    int[] found = new int[test.inputs()];
    return Arrays.copyOf(found, quantizer.outlierColumns(test.x(), 0, rows, found));
  }

  private float[] forward(Case test, float[] x, LlmInt8 options) {
    return Int8Linear.quantize(test.weights(), test.bias(), options, memory, Team.alone())
        .forward(x, test.rows());
  }

  private static float[] halves(float[] values) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = Float.float16ToFloat(Float.floatToFloat16(values[i]));
    }
    return rounded;
  }

  /** Class "half": two units in the last place of a half-precision value. */
  private static void assertHalf(float[] y, JsonNode expected) {
    double[] values = Fixtures.doubles(expected);
    assertThat(y).hasSameSizeAs(values);
    for (int i = 0; i < y.length; i++) {
      double unit = Math.scalb(1.0, Math.max(-14, Math.getExponent(values[i])) - 10);
      assertThat((double) y[i]).as("output %d", i).isCloseTo(values[i], within(2 * unit));
    }
  }

  private static void assertProduct(Case test, float[] y, JsonNode expected) {
    double[] values = Fixtures.doubles(expected);
    assertThat(y).hasSameSizeAs(values);
    for (int r = 0; r < test.rows(); r++) {
      for (int n = 0; n < test.outputs(); n++) {
        double magnitude = test.bias() == null ? 0 : Math.abs(test.bias()[n]);
        for (int k = 0; k < test.inputs(); k++) {
          magnitude +=
              Math.abs((double) test.x()[r * test.inputs() + k] * test.w()[n * test.inputs() + k]);
        }
        int at = r * test.outputs() + n;
        assertThat((double) y[at])
            .as("row %d, output %d", r, n)
            .isCloseTo(values[at], within(1e-6 * magnitude));
      }
    }
  }

  private static int[] codes(QuantizedWeights quantized, Case test) {
    int[] codes = new int[test.outputs() * test.inputs()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = quantized.codes().code(i / test.inputs(), i % test.inputs());
    }
    return codes;
  }

  private static int[] firstCodes(QuantizedRows rows, int count) {
    int[] codes = new int[count];
    for (int i = 0; i < count; i++) {
      codes[i] = rows.code(i);
    }
    return codes;
  }

  private static int[] list(JsonNode numbers) {
    int[] values = new int[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i).intValue();
    }
    return values;
  }

  private static Offset<Double> within(double tolerance) {
    return Offset.offset(tolerance);
  }
}
