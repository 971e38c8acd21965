package io.octavo.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.testing.Fixtures;
import io.octavo.testing.KernelSet;
import io.octavo.testing.Rows;
import io.octavo.testing.Tolerance;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("core")
class ActivationTest {
  private static final Map<String, Activation> FUNCTIONS =
      Map.of(
          "gelu_erf", Activation.GELU_ERF,
          "gelu_tanh", Activation.GELU_TANH,
          "quick_gelu", Activation.QUICK_GELU,
          "silu", Activation.SILU,
          "relu", Activation.RELU,
          "relu_squared", Activation.RELU_SQUARED,
          "logistic", Activation.SIGMOID,
          "tanh", Activation.TANH);

  private static final Map<String, Activation> GATED =
      Map.of(
          "swiglu", Activation.SILU,
          "geglu_erf", Activation.GELU_ERF,
          "geglu_tanh", Activation.GELU_TANH,
          "reglu", Activation.RELU);

  private static List<KernelSet> kernels() {
    return KernelSet.available();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void functionsAgreeWithTheFixtures(KernelSet kernels) {
    JsonNode fixtures = Fixtures.read("activations.json");
    JsonNode functions = fixtures.path("functions");
    assertThat(functions.size()).isEqualTo(FUNCTIONS.size());
    FUNCTIONS.forEach(
        (name, activation) -> {
          float[] x = Fixtures.floats(fixtures.path("x"));
          float[] y = x.clone();
          kernels.activation().apply(activation, y, 0, y.length);
          double[] expected = Fixtures.doubles(functions.path(name));
          for (int i = 0; i < x.length; i++) {
            Tolerance.elementwise(y[i], expected[i], name + " of " + x[i]);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void gatedAgreesWithTheFixtures(KernelSet kernels) {
    JsonNode fixtures = Fixtures.read("activations.json").path("gated");
    GATED.forEach(
        (name, activation) -> {
          float[] gate = Fixtures.floats(fixtures.path("gate"));
          float[] up = Fixtures.floats(fixtures.path("up"));
          double[] expected = Fixtures.doubles(fixtures.path(name));
          kernels.activation().applyGated(activation, gate, 0, up, 0, gate.length);
          for (int i = 0; i < gate.length; i++) {
            Tolerance.elementwise(gate[i], expected[i], name + " " + i);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void allGiveTheSameBits(KernelSet kernels) {
    ActivationKernel scalar = KernelSet.scalar().activation();
    ActivationKernel kernel = kernels.activation();
    Random random = new Random(13);
    IntStream.concat(IntStream.range(0, 70), IntStream.of(5000))
        .forEach(
            length -> {
              for (float[] row : Rows.difficult(random, 2 + length + 3)) {
                float[] up = Rows.normal(random, length + 1, 2);
                for (Activation activation : Activation.values()) {
                  float[] expected = row.clone();
                  float[] actual = row.clone();
                  scalar.apply(activation, expected, 2, length);
                  kernel.apply(activation, actual, 2, length);
                  assertThat(Arrays.equals(actual, expected)).as("%s", activation).isTrue();
                  scalar.applyGated(activation, expected, 2, up, 1, length);
                  kernel.applyGated(activation, actual, 2, up, 1, length);
                  assertThat(Arrays.equals(actual, expected)).as("%s", activation).isTrue();
                }
              }
            });
  }

  @Test
  void everyFloatIsWithinTheStatedError() {
    for (int bits = 0; bits >= 0 && bits < 0x7F800000; bits += 38_977) {
      float magnitude = Float.intBitsToFloat(bits);
      for (float x : new float[] {magnitude, -magnitude}) {
        for (Activation activation : Activation.values()) {
          Tolerance.elementwise(
              ScalarActivation.of(activation, x), exact(activation, x), activation + " of " + x);
        }
      }
    }
  }

  @Test
  void limits() {
    float inf = Float.POSITIVE_INFINITY;
    for (Activation activation : Activation.values()) {
      assertThat(ScalarActivation.of(activation, Float.NaN)).as("%s", activation).isNaN();
      float right = activation == Activation.SIGMOID || activation == Activation.TANH ? 1f : inf;
      assertThat(ScalarActivation.of(activation, inf)).as("%s", activation).isEqualTo(right);
      float left = activation == Activation.TANH ? -1f : 0f;
      assertThat(ScalarActivation.of(activation, -inf) == left).as("%s", activation).isTrue();
    }
    assertThat(ScalarActivation.of(Activation.SIGMOID, -1000f)).isEqualTo(0f);
  }

  @Test
  void appliesToArraysAndRanges() {
    float[] x = {-1, 2, -3};
    Activation.RELU.apply(x, 1, 2);
    assertThat(x).containsExactly(-1, 2, 0);
    Activation.RELU.apply(x);
    assertThat(x).containsExactly(0, 2, 0);
    assertThatThrownBy(() -> Activation.RELU.apply(x, 1, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static double exact(Activation activation, double x) {
    return switch (activation) {
      case GELU_ERF -> x < -40 ? 0 : x > 40 ? x : x * normal(x);
      case GELU_TANH -> x * logistic(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));
      case QUICK_GELU -> x * logistic(1.702 * x);
      case SILU -> x * logistic(x);
      case RELU -> Math.max(x, 0);
      case RELU_SQUARED -> Math.max(x, 0) * Math.max(x, 0);
      case SIGMOID -> logistic(x);
      case TANH -> Math.tanh(x);
    };
  }

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** The normal distribution: its series near 0, else the continued fraction of its tail. */
  private static double normal(double x) {
    double a = Math.abs(x);
    double density = Math.exp(-a * a / 2) / Math.sqrt(2 * Math.PI);
    double tail;
    if (a < 3) {
      double term = a;
      double sum = a;
      for (int n = 3; n < 120; n += 2) {
        term *= a * a / n;
        sum += term;
      }
      tail = 0.5 - density * sum;
    } else {
      double fraction = a;
      for (int n = 100; n > 0; n--) {
        fraction = a + n / fraction;
      }
      tail = density / fraction;
    }
    return x < 0 ? tail : 1 - tail;
  }
}
