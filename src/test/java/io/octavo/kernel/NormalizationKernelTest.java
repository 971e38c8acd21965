package io.octavo.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.testing.Fixtures;
import io.octavo.testing.KernelSet;
import io.octavo.testing.Rows;
import io.octavo.testing.Tolerance;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("core")
class NormalizationKernelTest {
  private static List<KernelSet> kernels() {
    return KernelSet.available();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void layerNormAgreesWithTheFixtures(KernelSet kernels) {
    JsonNode fixtures = Fixtures.read("norms-tokens.json");
    float[] x = Fixtures.floats(fixtures.path("x"));
    int width = Fixtures.size(fixtures.path("x"), 1);
    int cases = 0;
    for (JsonNode each : fixtures.path("cases")) {
      if (each.path("kind").asText().equals("layer_norm")) {
        float[] gamma = optional(each, "gamma");
        float[] beta = optional(each, "beta");
        double epsilon = each.path("eps").doubleValue();
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i += width) {
          kernels.normalization().layerNorm(x, i, width, gamma, beta, epsilon, y, i);
        }
        Tolerance.single(y, Fixtures.doubles(each.path("expected")), width);
        cases++;
      }
    }
    assertThat(cases).isGreaterThanOrEqualTo(4);
  }

  private static float @Nullable [] optional(JsonNode node, String name) {
    return node.hasNonNull(name) ? Fixtures.floats(node.path(name)) : null;
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void sumsAreExactWhereDoublesAre(KernelSet kernels) {
    for (int length : new int[] {0, 1, 15, 16, 17, 1000}) {
      float[] x = new float[length + 2];
      double sum = 0;
      double squares = 0;
      double distances = 0;
      for (int i = 0; i < length; i++) {
        x[i + 1] = i * 0.25f - 40;
        distances += (x[i + 1] - 7.5) * (x[i + 1] - 7.5);
        sum += x[i + 1];
        squares += (double) x[i + 1] * x[i + 1];
      }
      assertThat(kernels.normalization().sum(x, 1, length)).isEqualTo(sum);
      assertThat(kernels.normalization().sumOfSquares(x, 1, length)).isEqualTo(squares);
      assertThat(kernels.normalization().sumOfSquares(x, 1, length, 7.5)).isEqualTo(distances);
    }
  }

  @Test
  void vectorAndScalarGiveTheSameBits() {
    NormalizationKernel scalar = KernelSet.scalar().normalization();
    NormalizationKernel vector = KernelSet.vector().normalization();
    Random random = new Random(12);
    IntStream.concat(IntStream.range(0, 101), IntStream.of(384, 1023))
        .forEach(
            width -> {
              float[] gamma = random.nextBoolean() ? Rows.normal(random, width, 1) : null;
              float[] beta = random.nextBoolean() ? Rows.normal(random, width, 1) : null;
              int offset = random.nextInt(5);
              for (float[] row : Rows.difficult(random, offset + width + 3)) {
                assertSameBits(scalar, vector, row, offset, width, gamma, beta);
              }
            });
  }

  private static void assertSameBits(
      NormalizationKernel scalar,
      NormalizationKernel vector,
      float[] row,
      int offset,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta) {
    float[] expected = row.clone();
    float[] actual = row.clone();
    scalar.layerNorm(row, offset, width, gamma, beta, 1e-6, expected, offset);
    vector.layerNorm(actual, offset, width, gamma, beta, 1e-6, actual, offset);
    assertThat(Arrays.equals(actual, expected)).as("layer norm of %d", width).isTrue();
    scalar.scale(row, offset, width, 0.3f, gamma, beta, expected, 1);
    vector.scale(row, offset, width, 0.3f, gamma, beta, actual, 1);
    assertThat(Arrays.equals(actual, expected)).as("scale of %d", width).isTrue();
    assertThat(Double.compare(vector.sum(row, offset, width), scalar.sum(row, offset, width)))
        .isZero();
    assertThat(
            Double.compare(
                vector.sumOfSquares(row, offset, width), scalar.sumOfSquares(row, offset, width)))
        .isZero();
    assertThat(
            Double.compare(
                vector.sumOfSquares(row, offset, width, 1.7),
                scalar.sumOfSquares(row, offset, width, 1.7)))
        .isZero();
  }
}
