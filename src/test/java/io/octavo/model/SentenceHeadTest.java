package io.octavo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.InvalidInputException;
import io.octavo.kernel.Activation;
import io.octavo.parallel.Team;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.StoredMatrix;
import io.octavo.testing.Rows;
import io.octavo.testing.Tolerance;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class SentenceHeadTest {
  private final NativeMemory memory = new NativeMemory();
  private final Random random = new Random(11);

  @AfterEach
  void free() {
    memory.close();
  }

  private static double[] linear(float[] weights, float[] bias, double[] x) {
    double[] y = new double[bias.length];
    for (int o = 0; o < y.length; o++) {
      y[o] = bias[o];
      for (int i = 0; i < x.length; i++) {
        y[o] += (double) weights[o * x.length + i] * x[i];
      }
    }
    return y;
  }

  private static double[] unitLength(double[] x) {
    double squares = 0;
    for (double value : x) {
      squares += value * value;
    }
    double[] y = x.clone();
    for (int i = 0; i < y.length; i++) {
      y[i] /= Math.sqrt(squares);
    }
    return y;
  }

  @Test
  void runsItsStepsInOrder() {
    float[] first = Rows.normal(random, 70 * 48, 0.2);
    float[] firstBias = Rows.normal(random, 70, 0.1);
    float[] gamma = Rows.uniform(random, 70, 0.5, 1.5);
    float[] beta = Rows.normal(random, 70, 0.1);
    float[] second = Rows.normal(random, 5 * 70, 0.2);
    SentenceHead head =
        SentenceHead.builder(48)
            .dense(StoredMatrix.of(first, 70, 48), firstBias, Activation.TANH, memory, Team.alone())
            .layerNorm(gamma, beta)
            .dense(StoredMatrix.of(second, 5, 70), null, null, memory, Team.alone())
            .normalize()
            .truncate(4)
            .build();
    assertThat(head.inputs()).isEqualTo(48);
    assertThat(head.outputs()).isEqualTo(4);

    float[] pooled = Rows.normal(random, 48, 1);
    double[] x = linear(first, firstBias, Rows.doubles(pooled));
    double mean = 0;
    for (int i = 0; i < 70; i++) {
      x[i] = Math.tanh(x[i]);
      mean += x[i] / 70;
    }
    double variance = 0;
    for (double value : x) {
      variance += (value - mean) * (value - mean) / 70;
    }
    for (int i = 0; i < 70; i++) {
      x[i] = gamma[i] * (x[i] - mean) / Math.sqrt(variance + 1e-5) + beta[i];
    }
    double[] expected = unitLength(linear(second, new float[5], x));
    Tolerance.single(
        head.apply(pooled), new double[] {expected[0], expected[1], expected[2], expected[3]}, 4);
  }

  @Test
  void normEpsilonIsPyTorchs() {
    SentenceHead head =
        SentenceHead.builder(2).layerNorm(new float[] {1, 1}, new float[] {0, 0}).build();
    double root = Math.sqrt(1e-6 + 1e-5);
    Tolerance.single(
        head.apply(new float[] {1e-3f, -1e-3f}), new double[] {1e-3 / root, -1e-3 / root}, 2);
  }

  @Test
  void withoutStepsAVectorStaysAsItIs() {
    float[] pooled = {3, -4};
    assertThat(SentenceHead.builder(2).truncate(2).build().apply(pooled)).containsExactly(3, -4);
  }

  @Test
  void zerosStayZerosAndTinyVectorsShort() {
    SentenceHead head = SentenceHead.builder(2).normalize().build();
    assertThat(head.apply(new float[2])).containsExactly(0, 0);
    assertThat(head.apply(new float[] {3, -4})).containsExactly(0.6f, -0.8f);
    Tolerance.single(head.apply(new float[] {3e-14f, 4e-14f}), new double[] {0.03, 0.04}, 2);
  }

  @Test
  void refusesShapesThatDoNotFit() {
    SentenceHead.Builder builder = SentenceHead.builder(3);
    StoredMatrix matrix = StoredMatrix.of(new float[8], 2, 4);
    assertThatThrownBy(() -> builder.dense(matrix, null, null, memory, Team.alone()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 features")
        .hasMessageContaining("gives 3");
    assertThatThrownBy(() -> builder.layerNorm(new float[2], new float[2]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.truncate(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SentenceHead.builder(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.build().apply(new float[4]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("takes 3");
  }

  @Test
  void refusesWeightsThatAreNotFinite() {
    StoredMatrix matrix = StoredMatrix.of(new float[] {1, Float.NaN}, 1, 2);
    SentenceHead.Builder builder = SentenceHead.builder(2);
    assertThatThrownBy(() -> builder.dense(matrix, null, null, memory, Team.alone()))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void scoreFunctionsFollowTheirDefinitions() {
    float[] outputs = {-3, 0.25f, 2};
    double sum = Math.exp(-3) + Math.exp(0.25) + Math.exp(2);
    for (ScoreFunction function : ScoreFunction.values()) {
      float[] scores = outputs.clone();
      function.apply(scores);
      for (int i = 0; i < scores.length; i++) {
        double x = outputs[i];
        double expected =
            switch (function) {
              case NONE -> x;
              case SIGMOID -> 1 / (1 + Math.exp(-x));
              case TANH -> Math.tanh(x);
              case SOFTMAX -> Math.exp(x) / sum;
            };
        Tolerance.elementwise(scores[i], expected, function);
      }
    }
  }
}
