package io.octavo.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.testing.Fixtures;
import io.octavo.testing.KernelSet;
import io.octavo.testing.Rows;
import io.octavo.testing.Tolerance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("core")
class SoftmaxKernelTest {
  private interface Algorithm {
    void apply(float[] x, int xOffset, int length, float[] y, int yOffset);
  }

  private static List<KernelSet> kernels() {
    return KernelSet.available();
  }

  private static List<Algorithm> algorithms(KernelSet kernels) {
    SoftmaxKernel kernel = kernels.softmax();
    return List.of(kernel::twoPass, kernel::threePassRecompute, kernel::threePassReload);
  }

  private static float[] apply(Algorithm algorithm, float[] x) {
    float[] y = new float[x.length];
    algorithm.apply(x, 0, x.length, y, 0);
    return y;
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void everyAlgorithmAgreesWithTheFixtures(KernelSet kernels) {
    JsonNode fixtures = Fixtures.read("softmax.json");
    List<JsonNode> cases = new ArrayList<>();
    fixtures.path("cases").forEach(cases::add);
    fixtures.path("extended_exp").forEach(cases::add);
    assertThat(cases).hasSizeGreaterThan(20);
    for (JsonNode each : cases) {
      float[] x = Fixtures.floats(each.path("x"));
      double[] expected = Fixtures.doubles(each.path("softmax"));
      for (Algorithm algorithm : algorithms(kernels)) {
        Tolerance.single(apply(algorithm, x), expected, x.length);
        float[] inPlace = x.clone();
        algorithm.apply(inPlace, 0, x.length, inPlace, 0);
        Tolerance.single(inPlace, expected, x.length);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void allGiveTheSameBits(KernelSet kernels) {
    KernelSet scalar = KernelSet.scalar();
    Random random = new Random(11);
    IntStream lengths = IntStream.concat(IntStream.range(0, 101), IntStream.of(4095, 4097, 9000));
    lengths.forEach(
        length -> {
          int before = random.nextInt(5);
          int after = random.nextInt(20);
          for (float[] row : Rows.difficult(random, before + length + after)) {
            assertSameBits(scalar, kernels, row, before, length);
          }
        });
  }

  private static void assertSameBits(
      KernelSet scalar, KernelSet kernels, float[] row, int offset, int length) {
    int yOffset = 3;
    for (int i = 0; i < 3; i++) {
      float[] expected = new float[yOffset + length + 2];
      Arrays.fill(expected, 7f);
      float[] actual = expected.clone();
      algorithms(scalar).get(i).apply(row, offset, length, expected, yOffset);
      algorithms(kernels).get(i).apply(row, offset, length, actual, yOffset);
      assertThat(Arrays.equals(actual, expected)).as("algorithm %d, %d", i, length).isTrue();
      assertThat(actual[yOffset - 1]).isEqualTo(7f);
      assertThat(actual[yOffset + length]).isEqualTo(7f);
      float[] inPlace = row.clone();
      algorithms(kernels).get(i).apply(inPlace, offset, length, inPlace, offset);
      assertThat(
              Arrays.equals(inPlace, offset, offset + length, expected, yOffset, yOffset + length))
          .isTrue();
    }
    float[] expected = new float[2];
    float[] actual = new float[2];
    scalar.softmax().extendedSum(row, offset, length, expected);
    kernels.softmax().extendedSum(row, offset, length, actual);
    assertThat(Arrays.equals(actual, expected)).as("sum of %d", length).isTrue();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void maskedAndUndefinedRows(KernelSet kernels) {
    float inf = Float.POSITIVE_INFINITY;
    for (Algorithm algorithm : algorithms(kernels)) {
      assertThat(apply(algorithm, new float[] {})).isEmpty();
      assertThat(apply(algorithm, new float[] {-inf, -inf})).containsExactly(0f, 0f);
      assertThat(apply(algorithm, new float[] {-inf, 5, -inf})).containsExactly(0f, 1f, 0f);
      assertThat(apply(algorithm, new float[] {1, Float.NaN})).containsOnly(Float.NaN);
      assertThat(apply(algorithm, new float[] {-inf, Float.NaN})).containsOnly(Float.NaN);
      assertThat(apply(algorithm, new float[] {1, inf, 2})).containsOnly(Float.NaN);
      assertThat(apply(algorithm, new float[] {-1e9f, 0, -1e9f})).containsExactly(0f, 1f, 0f);
      assertThat(apply(algorithm, new float[] {-1e9f, -1e9f})).containsExactly(0.5f, 0.5f);
      assertThat(apply(algorithm, new float[] {2e5f, 2e5f})).containsExactly(0.5f, 0.5f);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void nothingDenormalArises(KernelSet kernels) {
    float[] x = new float[4000];
    for (int i = 0; i < x.length; i++) {
      x[i] = i * -0.03f;
    }
    for (Algorithm algorithm : algorithms(kernels)) {
      for (float value : apply(algorithm, x)) {
        assertThat(value == 0f || value >= Float.MIN_NORMAL).isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void section37Item1RelativeErrorWhereExpOverflows(KernelSet kernels) {
    Random random = new Random(1);
    for (int length = 1; length <= 160; length++) {
      float[] x = Rows.uniform(random, length, 90, 100);
      double[] expected = exact(x);
      float[] y = apply(algorithms(kernels).getFirst(), x);
      for (int i = 0; i < length; i++) {
        assertThat(Math.abs(y[i] / expected[i] - 1)).isLessThanOrEqualTo(1e-6);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void section37Item2RowsSumToOne(KernelSet kernels) {
    Random random = new Random(2);
    for (int length : new int[] {1, 5, 64, 1000, 30_522, 200_000}) {
      float[] x = Rows.uniform(random, length, -10, 10);
      for (Algorithm algorithm : algorithms(kernels)) {
        double sum = 0;
        for (float value : apply(algorithm, x)) {
          assertThat(value >= 0f && value <= 1f).isTrue();
          sum += value;
        }
        assertThat(Math.abs(sum - 1)).isLessThanOrEqualTo(2e-6);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void section37Item3ShiftInvariance(KernelSet kernels) {
    float[] x = Rows.uniform(new Random(3), 77, -8, 8);
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.scalb(Math.round(Math.scalb(x[i], 10)), -10); // so that shifting is exact
    }
    for (float shift : new float[] {-1000, -3, 0.5f, 64, 2048}) {
      for (Algorithm algorithm : algorithms(kernels)) {
        Tolerance.single(apply(algorithm, Rows.plus(x, shift)), exact(x), x.length);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void section37Item4NoNaNFarApart(KernelSet kernels) {
    for (Algorithm algorithm : algorithms(kernels)) {
      assertThat(apply(algorithm, new float[] {-1000, 0, 1000})).containsExactly(0f, 0f, 1f);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void section37Item6AlgorithmsAgree(KernelSet kernels) {
    Random random = new Random(6);
    for (int length : new int[] {1, 15, 16, 17, 100, 5000}) {
      float[] x = Rows.normal(random, length, 6);
      double[] twoPass = Rows.doubles(apply(algorithms(kernels).get(0), x));
      Tolerance.single(apply(algorithms(kernels).get(1), x), twoPass, length);
      Tolerance.single(apply(algorithms(kernels).get(2), x), twoPass, length);
    }
  }

  private static double[] exact(float[] x) {
    double[] y = new double[x.length];
    double maximum = Double.NEGATIVE_INFINITY;
    for (float value : x) {
      maximum = Math.max(maximum, value);
    }
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      y[i] = Math.exp(x[i] - maximum);
      sum += y[i];
    }
    for (int i = 0; i < x.length; i++) {
      y[i] /= sum;
    }
    return y;
  }
}
