package io.octavo.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.parallel.Team;
import io.octavo.parallel.WorkerPool;
import io.octavo.quantize.LlmInt8;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.StoredMatrix;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Section 7.5 of the systems reference: TokenFormer's attention to parameters. */
class ParameterAttentionTest {
  private static final int INPUTS = 10;
  private static final int OUTPUTS = 7;
  private static final int SLOTS = 20;
  private static final int ROWS = 33;

  private final Random random = new Random(75);
  private final NativeMemory memory = new NativeMemory();

  @AfterEach
  void release() {
    memory.close();
  }

  private float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  private Linear linear(float[] values, int outputs, int inputs) {
    return FloatLinear.pack(
        StoredMatrix.of(values, outputs, inputs), null, DType.F32, memory, Team.alone());
  }

  private ParameterAttention attention(ParameterScores scores, float[] keys, float[] values) {
    int slots = keys.length / INPUTS;
    return ParameterAttention.of(
        linear(keys, slots, INPUTS),
        List.of(new ParameterAttention.Part(scores, linear(values, values.length / slots, slots))));
  }

  /** {@code scores(x K') V} in double precision, with the values by their outputs. */
  private static double[] expected(
      ParameterScores.Kind kind, float[] keys, float[] values, float[] x, int row) {
    int slots = keys.length / INPUTS;
    double[] a = new double[slots];
    for (int slot = 0; slot < slots; slot++) {
      for (int i = 0; i < INPUTS; i++) {
        a[slot] += (double) keys[slot * INPUTS + i] * x[row * INPUTS + i];
      }
    }
    double[] s =
        switch (kind) {
          case L2_NORM_GELU -> gelu(scaled(a, Math.sqrt(slots) / norm(a)));
          case GELU_L2_NORM -> {
            double[] g = gelu(a);
            yield scaled(g, Math.sqrt(slots) / norm(g));
          }
          case SOFTMAX -> {
            double[] e = Arrays.stream(a).map(Math::exp).toArray();
            yield scaled(e, slots / Arrays.stream(e).sum());
          }
        };
    double[] y = new double[values.length / slots];
    for (int output = 0; output < y.length; output++) {
      for (int slot = 0; slot < slots; slot++) {
        y[output] += values[output * slots + slot] * s[slot];
      }
    }
    return y;
  }

  private static double norm(double[] a) {
    return Math.sqrt(Arrays.stream(a).map(v -> v * v).sum());
  }

  private static double[] scaled(double[] a, double factor) {
    return Arrays.stream(a).map(v -> v * factor).toArray();
  }

  private static double[] gelu(double[] a) {
    return Arrays.stream(a).map(v -> v / 2 * (1 + erf(v / Math.sqrt(2)))).toArray();
  }

  /** By Simpson's rule on 2,000 intervals, for which 1e-12 is more than enough. */
  private static double erf(double x) {
    int steps = 2000;
    double h = x / steps;
    double sum = 1 + Math.exp(-x * x);
    for (int i = 1; i < steps; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-Math.pow(i * h, 2));
    }
    return 2 / Math.sqrt(Math.PI) * sum * h / 3;
  }

  @ParameterizedTest
  @EnumSource
  void section75EachKindOfScores(ParameterScores.Kind kind) {
    float[] keys = numbers(SLOTS * INPUTS);
    float[] values = numbers(OUTPUTS * SLOTS);
    float[] x = numbers(ROWS * INPUTS);
    float[] y = attention(ParameterScores.of(kind, SLOTS), keys, values).forward(x, ROWS);
    for (int row = 0; row < ROWS; row++) {
      double[] exact = expected(kind, keys, values, x, row);
      for (int i = 0; i < OUTPUTS; i++) {
        assertThat((double) y[row * OUTPUTS + i]).isCloseTo(exact[i], Offset.offset(2e-5));
      }
    }
  }

  /** Slots with keys of zeros change nothing as long as the scale stays; with its own it does. */
  @Test
  void section75SlotsWithKeysOfZerosAddNothingIfTheScaleStays() {
    float[] keys = numbers(SLOTS * INPUTS);
    float[] values = numbers(OUTPUTS * SLOTS);
    int grown = SLOTS + 12;
    float[] moreKeys = Arrays.copyOf(keys, grown * INPUTS);
    float[] moreValues = numbers(OUTPUTS * grown);
    for (int output = 0; output < OUTPUTS; output++) {
      System.arraycopy(values, output * SLOTS, moreValues, output * grown, SLOTS);
    }
    float[] x = numbers(ROWS * INPUTS);
    ParameterScores.Kind kind = ParameterScores.Kind.L2_NORM_GELU;
    ParameterScores scores = ParameterScores.of(kind, SLOTS);
    float[] before = attention(scores, keys, values).forward(x, ROWS);
    assertThat(attention(scores, moreKeys, moreValues).forward(x, ROWS)).isEqualTo(before);
    ParameterScores own = ParameterScores.of(kind, grown);
    float[] rescaled = attention(own, moreKeys, moreValues).forward(x, ROWS);
    assertThat(rescaled[0]).isNotCloseTo(before[0], Offset.offset(1e-3f));
    // Keys scaled up with the root of the slots do not matter: only their direction does.
    float[] larger = moreKeys.clone();
    for (int i = 0; i < larger.length; i++) {
      larger[i] *= 4;
    }
    assertThat(attention(scores, larger, moreValues).forward(x, ROWS)).isEqualTo(before);
  }

  @Test
  void section75ARowOfZerosGivesZeros() {
    float[] keys = numbers(SLOTS * INPUTS);
    float[] values = numbers(OUTPUTS * SLOTS);
    for (ParameterScores.Kind kind :
        List.of(ParameterScores.Kind.L2_NORM_GELU, ParameterScores.Kind.GELU_L2_NORM)) {
      float[] y =
          attention(ParameterScores.of(kind, SLOTS), keys, values).forward(new float[INPUTS], 1);
      assertThat(y).containsOnly(0f);
    }
  }

  @Test
  void partsBesideEachOtherAreThoseAlone() {
    int otherSlots = 13;
    float[] keys = numbers(SLOTS * INPUTS);
    float[] otherKeys = numbers(otherSlots * INPUTS);
    float[] values = numbers(OUTPUTS * SLOTS);
    float[] otherValues = numbers(3 * otherSlots);
    ParameterScores scores = ParameterScores.of(ParameterScores.Kind.L2_NORM_GELU, SLOTS);
    ParameterScores softmax = ParameterScores.of(ParameterScores.Kind.SOFTMAX, otherSlots);
    float[] all = Arrays.copyOf(keys, keys.length + otherKeys.length);
    System.arraycopy(otherKeys, 0, all, keys.length, otherKeys.length);
    ParameterAttention both =
        ParameterAttention.of(
            linear(all, SLOTS + otherSlots, INPUTS),
            List.of(
                new ParameterAttention.Part(scores, linear(values, OUTPUTS, SLOTS)),
                new ParameterAttention.Part(softmax, linear(otherValues, 3, otherSlots))));
    assertThat(both.inputs()).isEqualTo(INPUTS);
    assertThat(both.outputs()).isEqualTo(OUTPUTS + 3);
    float[] x = numbers(ROWS * INPUTS);
    float[] y = both.forward(x, ROWS);
    float[] first = attention(scores, keys, values).forward(x, ROWS);
    float[] second = attention(softmax, otherKeys, otherValues).forward(x, ROWS);
    for (int row = 0; row < ROWS; row++) {
      int from = row * (OUTPUTS + 3);
      assertThat(Arrays.copyOfRange(y, from, from + OUTPUTS))
          .isEqualTo(Arrays.copyOfRange(first, row * OUTPUTS, (row + 1) * OUTPUTS));
      assertThat(Arrays.copyOfRange(y, from + OUTPUTS, from + OUTPUTS + 3))
          .isEqualTo(Arrays.copyOfRange(second, row * 3, (row + 1) * 3));
    }
    float[] alone = both.forward(Arrays.copyOfRange(x, 5 * INPUTS, 6 * INPUTS), 1);
    assertThat(alone).isEqualTo(Arrays.copyOfRange(y, 5 * (OUTPUTS + 3), 6 * (OUTPUTS + 3)));
    try (Team team = WorkerPool.shared().enter(2)) {
      Workspace workspace = new Workspace(team.size());
      workspace.use(team);
      float[] shared = new float[y.length];
      both.forward(x, ROWS, shared, workspace);
      assertThat(shared).isEqualTo(y);
    }
  }

  @Test
  void keysAndValuesAreQuantized() {
    float[] keys = numbers(64 * INPUTS);
    float[] values = numbers(OUTPUTS * 64);
    ParameterScores scores = ParameterScores.of(ParameterScores.Kind.L2_NORM_GELU, 64);
    LinearFormat int8 = LinearFormat.int8(LlmInt8.defaults());
    ParameterAttention quantized =
        ParameterAttention.of(
            int8.build(StoredMatrix.of(keys, 64, INPUTS), null, memory, Team.alone()),
            List.of(
                new ParameterAttention.Part(
                    scores,
                    int8.build(StoredMatrix.of(values, OUTPUTS, 64), null, memory, Team.alone()))));
    float[] x = numbers(ROWS * INPUTS);
    float[] exact = attention(scores, keys, values).forward(x, ROWS);
    float[] y = quantized.forward(x, ROWS);
    double error = 0;
    double size = 0;
    for (int i = 0; i < y.length; i++) {
      error += Math.pow(y[i] - exact[i], 2);
      size += Math.pow(exact[i], 2);
    }
    assertThat(Math.sqrt(error / size)).isBetween(1e-4, 0.03);
  }

  @Test
  void slotsHaveToMatch() {
    assertThatThrownBy(
            () ->
                ParameterAttention.of(
                    linear(numbers(SLOTS * INPUTS), SLOTS, INPUTS),
                    List.of(
                        new ParameterAttention.Part(
                            ParameterScores.of(ParameterScores.Kind.SOFTMAX, 3),
                            linear(numbers(6), 2, 3)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Keys of 20 slots for values of 3");
  }
}
