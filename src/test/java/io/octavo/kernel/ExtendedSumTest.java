package io.octavo.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.testing.Fixtures;
import io.octavo.testing.Rows;
import io.octavo.testing.Tolerance;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class ExtendedSumTest {
  @Test
  void givesTheBitsOfTheFixtures() {
    JsonNode cases = Fixtures.read("softmax.json").path("extended_exp");
    assertThat(cases.size()).isGreaterThan(5);
    for (JsonNode each : cases) {
      float[] x = Fixtures.floats(each.path("x"));
      float[] mantissas = Fixtures.floats(each.path("mantissa"));
      float[] exponents = Fixtures.floats(each.path("exponent"));
      ExtendedSum sequential = ExtendedSum.EMPTY;
      ExtendedSum[] lanes = new ExtendedSum[8];
      Arrays.fill(lanes, ExtendedSum.EMPTY);
      for (int i = 0; i < x.length; i++) {
        ExtendedSum term = ExtendedSum.of(x[i]);
        assertThat(term.mantissa()).isEqualTo(mantissas[i]);
        assertThat(term.exponent()).isEqualTo(exponents[i]);
        sequential = sequential.add(x[i]);
        lanes[i % 8] = lanes[i % 8].add(x[i]);
      }
      assertThat(sequential).isEqualTo(pair(each.path("sum_sequential")));
      for (int half = 4; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) {
          lanes[i] = lanes[i].add(lanes[i + half]);
        }
      }
      assertThat(lanes[0]).isEqualTo(pair(each.path("sum_8_lanes")));
      assertSoftmax(lanes[0], each);
      double logarithm = Fixtures.doubles(each.path("log_sum_exp"))[0];
      Tolerance.single(lanes[0].logarithm(), logarithm);
      Tolerance.single(ExtendedSum.of(x, 0, x.length).logarithm(), logarithm);
    }
  }

  private static void assertSoftmax(ExtendedSum sum, JsonNode fixture) {
    float[] x = Fixtures.floats(fixture.path("x"));
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      ExtendedSum term = ExtendedSum.of(x[i]);
      y[i] = term.mantissa() * (1 / sum.mantissa()) * term.scaleTo(sum.exponent());
    }
    Tolerance.single(y, Fixtures.doubles(fixture.path("softmax_8_lanes")), x.length);
  }

  private static ExtendedSum pair(JsonNode node) {
    return new ExtendedSum((float) node.get(0).doubleValue(), (float) node.get(1).doubleValue());
  }

  @Test
  void section37Item5SplittingChangesRoundingOnly() {
    Random random = new Random(5);
    for (double range : new double[] {1, 10, 500}) {
      float[] x = Rows.uniform(random, 70, -range, range);
      double whole = 0;
      for (float value : x) {
        whole += Math.exp(value);
      }
      double expected = Math.log(whole);
      for (int split = 0; split <= x.length; split++) {
        ExtendedSum left = ExtendedSum.of(x, 0, split);
        ExtendedSum right = ExtendedSum.of(x, split, x.length - split);
        assertThat(left.add(right)).isEqualTo(right.add(left));
        double difference = left.add(right).logarithm() - expected;
        assertThat(Math.abs(difference)).isLessThanOrEqualTo(1e-6);
      }
    }
  }

  @Test
  void emptySums() {
    ExtendedSum one = ExtendedSum.of(0f);
    assertThat(one).isEqualTo(new ExtendedSum(1f, 0f));
    assertThat(ExtendedSum.of(Float.NEGATIVE_INFINITY)).isEqualTo(ExtendedSum.EMPTY);
    assertThat(ExtendedSum.of(new float[3], 1, 0)).isEqualTo(ExtendedSum.EMPTY);
    assertThat(ExtendedSum.EMPTY.add(one)).isEqualTo(one);
    assertThat(one.add(ExtendedSum.EMPTY)).isEqualTo(one);
    assertThat(ExtendedSum.EMPTY.add(ExtendedSum.EMPTY).isEmpty()).isTrue();
    assertThat(ExtendedSum.EMPTY.logarithm()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(ExtendedSum.EMPTY.scaleTo(5f)).isZero();
    assertThat(ExtendedSum.EMPTY.scaleTo(Float.NEGATIVE_INFINITY)).isZero();
  }

  @Test
  void undefinedSums() {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      ExtendedSum sum = ExtendedSum.of(1f).add(value);
      assertThat(sum.mantissa()).isNaN();
      assertThat(sum.logarithm()).isNaN();
      assertThat(sum.scaleTo(3f)).isNaN();
      assertThat(ExtendedSum.EMPTY.add(sum).isEmpty()).isFalse();
    }
  }

  @Test
  void hugeTerms() {
    for (float x : new float[] {-1e9f, -2e5f, 2e5f, 1e7f, 1e30f}) {
      Tolerance.single(ExtendedSum.of(x).logarithm(), x);
      Tolerance.single(ExtendedSum.of(x).add(x).logarithm(), x + Math.log(2));
    }
  }

  @Test
  void scalesAreExactPowers() {
    ExtendedSum sum = ExtendedSum.of(0f);
    assertThat(sum.scaleTo(0f)).isEqualTo(1f);
    assertThat(sum.scaleTo(126f)).isEqualTo(0x1p-126f);
    assertThat(sum.scaleTo(127f)).isEqualTo(0f);
    assertThat(sum.scaleTo(1e6f)).isEqualTo(0f);
    assertThatThrownBy(() -> sum.scaleTo(-1f)).isInstanceOf(IllegalArgumentException.class);
  }
}
