package io.octavo.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.testing.Rows;
import io.octavo.testing.Tolerance;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the definitions imply, by the sections of the systems reference. */
@Tag("core")
class NormalizationPropertiesTest {
  private static final int WIDTH = 37;

  private final Random random = new Random(4);
  private final float[] x = Rows.normal(random, WIDTH, 2);
  private final float[] gamma = Rows.normal(random, WIDTH, 1);
  private final float[] beta = Rows.normal(random, WIDTH, 1);

  private static float[] apply(Normalization norm, float[] token) {
    float[] y = token.clone();
    norm.apply(y);
    return y;
  }

  private static void assertClose(float[] actual, float[] expected) {
    Tolerance.single(actual, Rows.doubles(expected), expected.length);
  }

  @Test
  void section4ConstantTokenGivesExactlyBeta() {
    for (float value : new float[] {0, 0.1f, -3, 1e-30f, 12345.678f, 1e30f}) {
      float[] constant = new float[WIDTH];
      Arrays.fill(constant, value);
      assertThat(apply(LayerNorm.of(gamma, beta, 1e-5), constant)).containsExactly(beta);
    }
  }

  @Test
  void section4LayerNormInvariances() {
    LayerNorm norm = LayerNorm.of(gamma, beta, 0);
    float[] y = apply(norm, x);
    assertClose(apply(norm, Rows.times(x, 8)), y);
    assertClose(apply(norm, Rows.times(x, 0x1p-20f)), y);
    assertClose(apply(norm, Rows.plus(snapped(), 16)), apply(norm, snapped()));
  }

  @Test
  void section4RmsNormIsInvariantToScaleButNotToShift() {
    RmsNorm norm = RmsNorm.of(gamma, 0);
    float[] y = apply(norm, x);
    assertClose(apply(norm, Rows.times(x, 8)), y);
    assertThat(Math.abs(apply(norm, Rows.plus(x, 16))[0] - y[0])).isGreaterThan(0.01f);
  }

  @Test
  void section51StatisticsOfAShareDoNotSeeTheOtherFeatures() {
    RmsNorm partial = RmsNorm.epsilonOutside(gamma, null, 0.25, 1e-8);
    float[] changed = x.clone();
    changed[WIDTH - 1] = 1000f;
    float[] y = apply(partial, x);
    float[] other = apply(partial, changed);
    assertThat(Arrays.copyOf(other, WIDTH - 1)).containsExactly(Arrays.copyOf(y, WIDTH - 1));
    // A weight that is stored less one is the same weight.
    float[] stored = {-0.5f, 0f, 1f};
    float[] token = {3f, -1f, 2f};
    assertThat(apply(RmsNorm.weightPlusOne(stored, 1e-6), token))
        .containsExactly(apply(RmsNorm.of(new float[] {0.5f, 1f, 2f}, 1e-6), token));
  }

  /** Outside of the root epsilon is added to a length, inside to its square. */
  @Test
  void section51EpsilonOutsideOfTheRoot() {
    float[] token = {3f, 4f, 0f, 0f};
    float[] ones = {1f, 1f, 1f, 1f};
    assertThat(apply(RmsNorm.epsilonOutside(ones, null, 1, 0.5), token))
        .containsExactly(1f, 4f / 3f, 0f, 0f);
    assertThat(apply(RmsNorm.of(ones, 2.75), token)).containsExactly(1f, 4f / 3f, 0f, 0f);
  }

  /** What becomes of the outputs of a normalized linear layer, by what its weights go through. */
  private enum Change {
    WEIGHT_MATRIX_RESCALED,
    WEIGHT_MATRIX_RECENTRED,
    ONE_WEIGHT_VECTOR_RESCALED,
    DATA_SET_RESCALED,
    DATA_SET_RECENTRED,
    ONE_SAMPLE_RESCALED
  }

  @Test
  void section4TableOfInvariances() {
    int inputs = 9;
    double[][] weight = rows(WIDTH, inputs);
    double[][] samples = rows(8, inputs);
    float[] zeros = new float[WIDTH];
    float[] ones = new float[WIDTH];
    Arrays.fill(ones, 1f);
    // Batch normalization with nothing but the batch's own statistics.
    AlphaBatchNorm batchNorm = AlphaBatchNorm.of(1, gamma, beta, zeros, ones, 0);
    assertInvariances(weight, samples, batchNorm, "yes no yes yes yes no");
    assertInvariances(weight, samples, LayerNorm.of(gamma, beta, 0), "yes yes no yes no yes");
    assertInvariances(weight, samples, RmsNorm.of(gamma, beta, 0), "yes no no yes no yes");
  }

  private double[][] rows(int rows, int columns) {
    double[][] result = new double[rows][];
    for (int i = 0; i < rows; i++) {
      result[i] = Rows.doubles(Rows.normal(random, columns, 1));
    }
    return result;
  }

  private static void assertInvariances(
      double[][] weight, double[][] samples, Object norm, String expected) {
    float[] y = outputs(weight, samples, norm);
    String[] words = expected.split(" ", -1);
    Change[] changes = Change.values();
    for (int column = 0; column < changes.length; column++) {
      Change change = changes[column];
      double[][] w = Arrays.stream(weight).map(double[]::clone).toArray(double[][]::new);
      double[][] s = Arrays.stream(samples).map(double[]::clone).toArray(double[][]::new);
      change(change, w, s);
      float[] changed = outputs(w, s, norm);
      double difference = 0;
      for (int i = 0; i < y.length; i++) {
        difference = Math.max(difference, Math.abs(y[i] - changed[i]));
      }
      String actual = difference < 1e-4 ? "yes" : difference > 1e-2 ? "no" : "unclear";
      assertThat(actual).as("%s of %s", change, norm).isEqualTo(words[column]);
    }
  }

  private static void change(Change change, double[][] weight, double[][] samples) {
    switch (change) {
      case WEIGHT_MATRIX_RESCALED -> scale(weight, 0, weight.length, 3);
      case ONE_WEIGHT_VECTOR_RESCALED -> scale(weight, 2, 3, 3);
      case DATA_SET_RESCALED -> scale(samples, 0, samples.length, 3);
      case ONE_SAMPLE_RESCALED -> scale(samples, 2, 3, 3);
      case WEIGHT_MATRIX_RECENTRED -> shift(weight);
      case DATA_SET_RECENTRED -> shift(samples);
    }
  }

  private static void scale(double[][] rows, int from, int to, double factor) {
    for (int i = from; i < to; i++) {
      for (int k = 0; k < rows[i].length; k++) {
        rows[i][k] *= factor;
      }
    }
  }

  private static void shift(double[][] rows) {
    for (double[] row : rows) {
      for (int k = 0; k < row.length; k++) {
        row[k] += 0.5 + 0.25 * k;
      }
    }
  }

  /** The normalized outputs, {@code [samples, WIDTH]}. */
  private static float[] outputs(double[][] weight, double[][] samples, Object norm) {
    float[] y = new float[samples.length * WIDTH];
    for (int i = 0; i < y.length; i++) {
      double sum = 0;
      for (int k = 0; k < samples[0].length; k++) {
        sum += samples[i / WIDTH][k] * weight[i % WIDTH][k];
      }
      y[i] = (float) sum;
    }
    if (norm instanceof ImageNormalization images) {
      images.apply(y, new ImageShape(samples.length, WIDTH, 1, 1), y);
    } else {
      ((Normalization) norm).apply(y);
    }
    return y;
  }

  @Test
  void section4LayerNormIsRmsNormOfTheCentredToken() {
    double mean = 0;
    for (float value : x) {
      mean += value / WIDTH;
    }
    float[] centred = Rows.plus(x, (float) -mean);
    float[] expected = apply(RmsNorm.of(gamma, beta, 1e-5), centred);
    assertClose(apply(LayerNorm.of(gamma, beta, 1e-5), x), expected);
  }

  @Test
  void section54RmsNormCommutesWithRotationsAndLayerNormDoesNot() {
    float[] rotated = rotated(x);
    RmsNorm rms = RmsNorm.withoutAffine(WIDTH, 1e-5);
    assertClose(apply(rms, rotated), rotated(apply(rms, x)));
    LayerNorm layerNorm = LayerNorm.withoutAffine(WIDTH, 1e-5);
    float[] y = apply(layerNorm, rotated);
    float[] expected = rotated(apply(layerNorm, x));
    double difference = 0;
    for (int i = 0; i < WIDTH; i++) {
      difference = Math.max(difference, Math.abs(y[i] - expected[i]));
    }
    assertThat(difference).isGreaterThan(0.01);
  }

  /** Turned in the planes of neighbouring features, each by another angle. */
  private static float[] rotated(float[] token) {
    double[] result = Rows.doubles(token);
    for (int i = 0; i + 1 < result.length; i++) {
      double cosine = Math.cos(0.3 + i);
      double sine = Math.sin(0.3 + i);
      double a = result[i];
      double b = result[i + 1];
      result[i] = cosine * a - sine * b;
      result[i + 1] = sine * a + cosine * b;
    }
    float[] floats = new float[result.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) result[i];
    }
    return floats;
  }

  @Test
  void section55ItemIvCompressedIsRmsOfTheCompletedVector() {
    for (int width : new int[] {1, 7, 15, 16, 63}) {
      float[] token = Rows.normal(random, width, 3);
      double sum = 0;
      for (float value : token) {
        sum += value;
      }
      float[] completed = Arrays.copyOf(token, width + 1);
      completed[width] = (float) -sum;
      float[] expected =
          Arrays.copyOf(apply(RmsNorm.withoutAffine(width + 1, 1e-5), completed), width);
      assertClose(apply(CompressedRmsNorm.of(width, 1e-5), token), expected);
    }
  }

  @Test
  void section65Item1TokensAreIndependentOfTheBatch() {
    float[] phi = Rows.uniform(random, WIDTH, 0.5, 2);
    for (Normalization norm :
        new Normalization[] {
          LayerNorm.of(gamma, beta, 1e-5),
          RmsNorm.of(gamma, 1e-5),
          CompressedRmsNorm.of(WIDTH, 1e-5),
          PowerNorm.of(gamma, beta, phi, 1e-5),
          PowerNorm.withGroups(gamma, beta, phi, 1, 1e-5),
          UnifiedNorm.of(gamma, beta, phi, 1e-5)
        }) {
      float[] batch = Rows.normal(random, 5 * WIDTH, 100);
      System.arraycopy(x, 0, batch, 3 * WIDTH, WIDTH);
      norm.apply(batch);
      assertThat(Arrays.copyOfRange(batch, 3 * WIDTH, 4 * WIDTH)).containsExactly(apply(norm, x));
    }
  }

  @Test
  void section65Item2PowerNormWithoutGroupsIsAffine() {
    float[] phi = Rows.uniform(random, WIDTH, 0.5, 2);
    PowerNorm norm = PowerNorm.of(gamma, beta, phi, 1e-5);
    float[] y = apply(norm, x);
    float[] scaled = apply(norm, Rows.times(x, 3));
    for (int i = 0; i < WIDTH; i++) {
      float expected = 3 * (y[i] - beta[i]) + beta[i];
      assertThat(Math.abs(scaled[i] - expected)).isLessThanOrEqualTo(1e-5f);
    }
  }

  @Test
  void section65Item2GroupScalingIsInvariantToTheScaleOfAGroup() {
    float[] token = Rows.normal(random, 24, 2);
    float[] phi = Rows.uniform(random, 24, 0.5, 2);
    float[] weight = Rows.normal(random, 24, 1);
    float[] bias = Rows.normal(random, 24, 1);
    PowerNorm norm = PowerNorm.withGroups(weight, bias, phi, 4, 0);
    float[] y = apply(norm, token);
    for (int i = 6; i < 12; i++) {
      token[i] *= 5;
    }
    assertClose(apply(norm, token), y);
  }

  @Test
  void section65Item4IdentityWhereTheStatisticIsOne() {
    float[] ones = new float[WIDTH];
    Arrays.fill(ones, 1f);
    float[] phi = new float[WIDTH];
    Arrays.fill(phi, 0.75f);
    assertThat(apply(PowerNorm.of(ones, new float[WIDTH], phi, 0.25), x)).containsExactly(x);
    assertThat(apply(UnifiedNorm.of(ones, new float[WIDTH], phi, 0.25), x)).containsExactly(x);
  }

  @Test
  void section65Item5GroupsOfOneGiveSignsAndOneGroupIsRmsNorm() {
    float[] token = {-1000, 2000, 500, -3};
    assertClose(apply(PowerNorm.groupScaling(4, 4, 1e-5), token), new float[] {-1, 1, 1, -1});
    assertThat(apply(PowerNorm.groupScaling(WIDTH, 1, 1e-5), x))
        .containsExactly(apply(RmsNorm.withoutAffine(WIDTH, 1e-5), x));
  }

  /** The token on a grid of 2^-12, so that adding a small integer is exact. */
  private float[] snapped() {
    float[] result = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      result[i] = Math.scalb(Math.round(Math.scalb(x[i], 12)), -12);
    }
    return result;
  }

  /** The statistic is a mean square in both, whatever its name, and no mean is subtracted. */
  @Test
  void section66UnifiedNormIsPowerNormWithoutGroups() {
    float[] statistic = Rows.times(Rows.normal(random, WIDTH, 1), 1);
    for (int i = 0; i < WIDTH; i++) {
      statistic[i] = 0.5f + statistic[i] * statistic[i];
    }
    float[] unified = apply(UnifiedNorm.of(gamma, beta, statistic, 1e-5), x);
    assertThat(unified).containsExactly(apply(PowerNorm.of(gamma, beta, statistic, 1e-5), x));
    float[] scale = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      scale[i] = (float) (gamma[i] / Math.sqrt(statistic[i] + 1e-5));
    }
    PowerNorm folded = PowerNorm.folded(WIDTH, scale, beta, 0, 1e-5);
    assertThat(apply(folded, x)).containsExactly(unified);
  }

  @Test
  void section63WhatRemainsOfAFoldedPowerNorm() {
    float[] wide = Rows.normal(random, 40, 1);
    assertThat(apply(PowerNorm.folded(40, null, null, 4, 1e-5), wide))
        .containsExactly(apply(PowerNorm.groupScaling(40, 4, 1e-5), wide));
    assertThat(apply(PowerNorm.folded(40, null, null, 0, 1e-5), wide)).containsExactly(wide);
  }
}
