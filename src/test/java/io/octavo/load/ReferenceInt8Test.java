package io.octavo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.error.InvalidInputException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.layer.FloatLinear;
import io.octavo.layer.Int8Linear;
import io.octavo.layer.Linear;
import io.octavo.layer.Workspace;
import io.octavo.parallel.Team;
import io.octavo.quantize.Int8Scheme;
import io.octavo.quantize.LlmInt8;
import io.octavo.quantize.OutlierScope;
import io.octavo.quantize.OutlierWeights;
import io.octavo.quantize.QuantizedWeights;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.StoredMatrix;
import io.octavo.tensor.WeightMatrix;
import io.octavo.testing.Rows;
import io.octavo.testing.TinySafetensors;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers in the reference library's layout: the codes and constants are those of the file. */
class ReferenceInt8Test {
  private static final String FILE = "model.safetensors";
  private static final int INPUTS = 70;

  private final NativeMemory memory = new NativeMemory();
  private final Random random = new Random(5);

  @AfterEach
  void free() {
    memory.close();
  }

  private byte[] codes(int outputs) {
    byte[] codes = new byte[outputs * INPUTS];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) (random.nextInt(255) - 127);
    }
    return codes;
  }

  /** Magnitudes such that a step times 127 is not always what it came from. */
  private float[] absmax(int outputs) {
    float[] absmax = Rows.uniform(random, outputs, 0.01, 3);
    absmax[0] = 0f;
    absmax[1] = 1e-40f;
    return absmax;
  }

  private static SafetensorsCheckpoint open(TinySafetensors file) {
    return SafetensorsCheckpoint.open(ModelSource.ofBytes("m", Map.of(FILE, file.bytes())));
  }

  private static TinySafetensors file(byte[] codes, float[] absmax) {
    return add(TinySafetensors.file(), "l", codes, absmax);
  }

  private static TinySafetensors add(
      TinySafetensors file, String module, byte[] codes, float[] absmax) {
    return file.tensor(module + ".weight_format", "U8", "[]", new byte[1])
        .tensor(module + ".weight", "I8", "[" + absmax.length + "," + INPUTS + "]", codes)
        .floats(module + ".SCB", "[" + absmax.length + "]", absmax);
  }

  private static void assertSame(
      QuantizedWeights weights, int first, byte[] codes, float[] absmax) {
    for (int n = 0; n < absmax.length; n++) {
      assertThat(weights.absmax()[first + n]).isEqualTo(absmax[n]);
      assertThat(weights.steps()[first + n]).isEqualTo(absmax[n] / 127f);
      long sum = 0;
      for (int k = 0; k < INPUTS; k++) {
        assertThat(weights.codes().code(first + n, k)).isEqualTo(codes[n * INPUTS + k]);
        assertThat(weights.dequantize(first + n, k))
            .isEqualTo(codes[n * INPUTS + k] * (absmax[n] / 127f));
        sum += codes[n * INPUTS + k];
      }
      assertThat(weights.sums()[first + n]).isIn(0L, sum);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Int8Scheme.class,
      names = {"ABSMAX_VECTOR", "ZEROPOINT_ACTIVATION_TENSOR", "ZEROPOINT_ACTIVATION_VECTOR"})
  void codesAndStepsAreThoseOfTheFile(Int8Scheme scheme) {
    byte[] codes = codes(131);
    float[] absmax = absmax(131);
    try (SafetensorsCheckpoint checkpoint = open(file(codes, absmax))) {
      assertThat(ReferenceInt8.isLinear(checkpoint, "l")).isTrue();
      assertThat(ReferenceInt8.isLinear(checkpoint, "k")).isFalse();
      assertThat(ReferenceInt8.names(checkpoint, "l"))
          .containsExactlyInAnyOrderElementsOf(checkpoint.names());
      WeightMatrix weights = ReferenceInt8.weights(checkpoint, "l", 131, INPUTS);
      LlmInt8 options = LlmInt8.defaults().withScheme(scheme);
      assertSame(
          QuantizedWeights.quantize(weights, options, memory, Team.alone()), 0, codes, absmax);
    }
  }

  @Test
  void stackedMatricesKeepTheirCodes() {
    byte[][] codes = {codes(33), codes(64), codes(5)};
    float[][] absmax = {absmax(33), absmax(64), absmax(5)};
    TinySafetensors file = TinySafetensors.file();
    for (int i = 0; i < 3; i++) {
      add(file, "l" + i, codes[i], absmax[i]);
    }
    try (SafetensorsCheckpoint checkpoint = open(file)) {
      WeightMatrix stacked =
          WeightMatrix.stack(
              List.of(
                  ReferenceInt8.weights(checkpoint, "l0", 33, INPUTS),
                  ReferenceInt8.weights(checkpoint, "l1", 64, INPUTS),
                  ReferenceInt8.weights(checkpoint, "l2", 5, INPUTS)));
      assertThat(stacked.type()).isEqualTo(DType.I8);
      QuantizedWeights weights =
          QuantizedWeights.quantize(stacked, LlmInt8.defaults(), memory, Team.alone());
      assertSame(weights, 0, codes[0], absmax[0]);
      assertSame(weights, 33, codes[1], absmax[1]);
      assertSame(weights, 97, codes[2], absmax[2]);
      WeightMatrix mixed =
          WeightMatrix.stack(List.of(stacked, StoredMatrix.of(new float[INPUTS], 1, INPUTS)));
      assertThatThrownBy(
              () -> QuantizedWeights.quantize(mixed, LlmInt8.defaults(), memory, Team.alone()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("some are int8 codes already and some are not");
    }
  }

  /** Whatever is asked for, outliers meet what the codes say; a float layer holds the same. */
  @Test
  void outliersMeetDequantizedWeights() {
    byte[] codes = codes(66);
    float[] absmax = absmax(66);
    float[] x = Rows.normal(random, 3 * INPUTS, 1);
    x[7] = 30f;
    x[INPUTS + 69] = -40f;
    LlmInt8 int8 = LlmInt8.defaults().withOutlierWeights(OutlierWeights.INT8);
    try (SafetensorsCheckpoint checkpoint = open(file(codes, absmax))) {
      WeightMatrix weights = ReferenceInt8.weights(checkpoint, "l", 66, INPUTS);
      float[] expected = forward(Int8Linear.quantize(weights, null, int8, memory, Team.alone()), x);
      for (OutlierWeights asked : List.of(OutlierWeights.HALF, OutlierWeights.SOURCE)) {
        assertThat(
                forward(
                    Int8Linear.quantize(
                        weights, null, int8.withOutlierWeights(asked), memory, Team.alone()),
                    x))
            .isEqualTo(expected);
      }
      float[] exact = forward(FloatLinear.pack(weights, null, DType.F32, memory, Team.alone()), x);
      float[] all =
          forward(
              Int8Linear.quantize(
                  weights,
                  null,
                  int8.withThreshold(1e-30f).withOutlierLimit(1f),
                  memory,
                  Team.alone()),
              x);
      for (int i = 0; i < exact.length; i++) {
        double sum = 0;
        double magnitude = 0;
        for (int k = 0; k < INPUTS; k++) {
          double weight = codes[i % 66 * INPUTS + k] * (double) (absmax[i % 66] / 127f);
          sum += weight * x[i / 66 * INPUTS + k];
          magnitude += Math.abs(weight * x[i / 66 * INPUTS + k]);
        }
        // The outputs of the row of 1e-40 are subnormal: each product is rounded to their spacing.
        double allowed = magnitude * 1e-5 + INPUTS * (double) Float.MIN_VALUE;
        assertThat((double) exact[i]).isBetween(sum - allowed, sum + allowed);
        assertThat((double) all[i]).isBetween(sum - allowed, sum + allowed);
      }
    }
  }

  private static float[] forward(Linear linear, float[] x) {
    int rows = x.length / linear.inputs();
    float[] y = new float[rows * linear.outputs()];
    linear.forward(x, rows, y, new Workspace(1));
    return y;
  }

  @Test
  void otherSchemesAreRefused() {
    try (SafetensorsCheckpoint checkpoint = open(file(codes(2), absmax(2)))) {
      WeightMatrix weights = ReferenceInt8.weights(checkpoint, "l", 2, INPUTS);
      for (Int8Scheme scheme :
          List.of(
              Int8Scheme.ABSMAX_TENSOR,
              Int8Scheme.ABSMAX_ROW,
              Int8Scheme.ZEROPOINT_TENSOR,
              Int8Scheme.ZEROPOINT_VECTOR)) {
        LlmInt8 options = LlmInt8.defaults().withScheme(scheme);
        assertThatThrownBy(() -> QuantizedWeights.quantize(weights, options, memory, Team.alone()))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContainingAll("int8 codes already", scheme.name(), "ABSMAX_VECTOR");
      }
      LlmInt8 reference = LlmInt8.defaults().withScope(OutlierScope.REFERENCE);
      assertThat(QuantizedWeights.quantize(weights, reference, memory, Team.alone()).steps()[0])
          .isZero();
    }
  }

  @Test
  void damagedLayersAreRefused() {
    byte[] codes = codes(2);
    codes[INPUTS + 3] = -128;
    try (SafetensorsCheckpoint checkpoint = open(file(codes, absmax(2)))) {
      WeightMatrix weights = ReferenceInt8.weights(checkpoint, "l", 2, INPUTS);
      assertThatThrownBy(
              () -> QuantizedWeights.quantize(weights, LlmInt8.defaults(), memory, Team.alone()))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContainingAll(FILE, "tensor l.weight", "row 1", "-128", "column 3");
      assertThatThrownBy(() -> FloatLinear.pack(weights, null, DType.F32, memory, Team.alone()))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("-128");
      assertThatThrownBy(() -> ReferenceInt8.weights(checkpoint, "l", 3, INPUTS))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("should be [3, " + INPUTS + "] of I8");
    }
    for (float bad : new float[] {-1f, Float.NaN, Float.POSITIVE_INFINITY}) {
      try (SafetensorsCheckpoint checkpoint = open(file(codes(2), new float[] {1f, bad}))) {
        assertThatThrownBy(() -> ReferenceInt8.weights(checkpoint, "l", 2, INPUTS))
            .isInstanceOf(CheckpointException.class)
            .hasMessageContainingAll("tensor l.weight", "row 1", String.valueOf(bad));
      }
    }
  }

  @Test
  void layoutsOfGpusAreRefusedByName() {
    TinySafetensors file =
        TinySafetensors.file()
            .tensor("l.weight_format", "U8", "[]", new byte[] {2})
            .tensor("l.weight", "I8", "[2," + INPUTS + "]", codes(2))
            .floats("l.SCB", "[2]", 1f, 1f);
    try (SafetensorsCheckpoint checkpoint = open(file)) {
      assertThatThrownBy(() -> ReferenceInt8.weights(checkpoint, "l", 2, INPUTS))
          .isInstanceOf(UnsupportedModelException.class)
          .hasMessageContainingAll("tensor l.weight", "col_turing");
    }
  }
}
