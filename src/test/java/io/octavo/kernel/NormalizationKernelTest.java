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
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
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
        kernels
            .normalization()
            .layerNorm(x, 0, x.length / width, width, gamma, beta, epsilon, y, 0);
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

  @ParameterizedTest
  @MethodSource("kernels")
  void allGiveTheSameBits(KernelSet kernels) {
    NormalizationKernel scalar = KernelSet.scalar().normalization();
    Random random = new Random(12);
    IntStream.concat(IntStream.range(0, 101), IntStream.of(384, 1023, 30_000, 70_000))
        .forEach(
            width -> {
              int rows = random.nextInt(width > 1023 ? 4 : 6);
              float[] gamma = random.nextBoolean() ? weights(random, width) : null;
              float[] beta = random.nextBoolean() ? weights(random, width) : null;
              int offset = random.nextInt(5);
              for (float[] x : Rows.difficult(random, offset + rows * width + 3)) {
                assertSameBits(
                    scalar, kernels.normalization(), x, offset, rows, width, gamma, beta);
                assertSameSums(scalar, kernels.normalization(), x, offset, width * rows);
              }
            });
  }

  private static float[] weights(Random random, int width) {
    return Rows.sprinkled(random, Rows.normal(random, width, 1), -0f, 3);
  }

  private static void assertSameBits(
      NormalizationKernel scalar,
      NormalizationKernel kernel,
      float[] x,
      int offset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta) {
    int groups = IntStream.of(6, 3, 2, 1).filter(n -> width % n == 0).findFirst().orElseThrow();
    List<Norm> norms =
        List.of(
            (k, from, at, y, to) -> k.layerNorm(from, at, rows, width, gamma, beta, 1e-6, y, to),
            (k, from, at, y, to) -> k.rmsNorm(from, at, rows, width, gamma, beta, 1e-6, y, to),
            (k, from, at, y, to) ->
                k.rmsNormEpsilonOutside(from, at, rows, width, gamma, beta, 1e-6, y, to),
            (k, from, at, y, to) ->
                k.rmsNormRounded(from, at, rows, width, gamma, beta, 1e-6, y, to),
            (k, from, at, y, to) ->
                k.rmsNormRoundedTwice(from, at, rows, width, gamma, beta, 1e-6, y, to),
            (k, from, at, y, to) ->
                k.groupedRmsNorm(from, at, rows, groups, width / groups, gamma, beta, 1e-6, y, to),
            (k, from, at, y, to) -> k.compressedRmsNorm(from, at, rows, width, 1e-6, y, to),
            (k, from, at, y, to) -> k.scale(from, at, rows, width, 0.3f, gamma, beta, y, to));
    for (int i = 0; i < norms.size(); i++) {
      float[] expected = new float[x.length];
      float[] actual = new float[x.length];
      norms.get(i).apply(scalar, x, offset, expected, 1);
      norms.get(i).apply(kernel, x, offset, actual, 1);
      assertThat(Arrays.equals(actual, expected)).as("norm %d of %d", i, width).isTrue();
      float[] inPlace = x.clone();
      norms.get(i).apply(kernel, inPlace, offset, inPlace, offset);
      int end = offset + rows * width;
      assertThat(Arrays.equals(inPlace, offset, end, expected, 1, 1 + rows * width))
          .as("norm %d of %d in place", i, width)
          .isTrue();
      assertThat(Arrays.equals(inPlace, 0, offset, x, 0, offset)).isTrue();
      assertThat(Arrays.equals(inPlace, end, x.length, x, end, x.length)).isTrue();
    }
  }

  private interface Norm {
    void apply(NormalizationKernel kernel, float[] x, int xOffset, float[] y, int yOffset);
  }

  private static void assertSameSums(
      NormalizationKernel scalar, NormalizationKernel kernel, float[] x, int offset, int count) {
    assertThat(
            new double[] {
              kernel.sum(x, offset, count),
              kernel.sumOfSquares(x, offset, count),
              kernel.sumOfSquares(x, offset, count, 1.7)
            })
        .containsExactly(
            scalar.sum(x, offset, count),
            scalar.sumOfSquares(x, offset, count),
            scalar.sumOfSquares(x, offset, count, 1.7));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void whatIsBeyondAnArrayIsRefused(KernelSet kernels) {
    NormalizationKernel kernel = kernels.normalization();
    float[] x = new float[40];
    float[] wide = new float[60];
    assertRefused(() -> kernel.layerNorm(x, 1, 2, 20, null, null, 1e-6, wide, 0));
    assertRefused(() -> kernel.layerNorm(wide, 0, 3, 20, null, null, 1e-6, x, 0));
    assertRefused(() -> kernel.layerNorm(wide, 0, 1, 50, x, null, 1e-6, wide, 0));
    assertRefused(() -> kernel.rmsNorm(wide, 0, 1, 50, null, x, 1e-6, wide, 0));
    assertRefused(() -> kernel.compressedRmsNorm(x, 21, 1, 20, 1e-6, wide, 0));
    assertRefused(() -> kernel.scale(x, 0, 1, 20, 2f, null, null, x, 21));
    assertRefused(() -> kernel.sum(x, 30, 11));
    assertRefused(() -> kernel.sumOfSquares(x, -1, 3));
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
