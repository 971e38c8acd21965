package io.octavo.softmax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.testing.Fixtures;
import io.octavo.testing.Rows;
import io.octavo.testing.Tolerance;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class SoftmaxTest {
  private static final List<Consumer<float[]>> IN_PLACE =
      List.of(
          Softmax::twoPass, Softmax::threePassRecompute, Softmax::threePassReload, Softmax::auto);

  @Test
  void agreesWithTheFixturesInPlace() {
    for (JsonNode each : Fixtures.read("softmax.json").path("cases")) {
      for (Consumer<float[]> algorithm : IN_PLACE) {
        float[] x = Fixtures.floats(each.path("x"));
        algorithm.accept(x);
        Tolerance.single(x, Fixtures.doubles(each.path("softmax")), x.length);
      }
    }
  }

  @Test
  void logSumExpAgreesWithTheFixtures() {
    JsonNode fixtures = Fixtures.read("softmax.json");
    for (String list : List.of("cases", "extended_exp")) {
      for (JsonNode each : fixtures.path(list)) {
        double expected = Fixtures.doubles(each.path("log_sum_exp"))[0];
        float[] x = Fixtures.floats(each.path("x"));
        Tolerance.single(Softmax.logSumExp(x), expected);
      }
    }
  }

  @Test
  void logSumExpOfSpecialRows() {
    float inf = Float.POSITIVE_INFINITY;
    assertThat(Softmax.logSumExp(new float[] {})).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Softmax.logSumExp(new float[] {-inf, -inf})).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Softmax.logSumExp(new float[] {1, Float.NaN})).isNaN();
    assertThat(Softmax.logSumExp(new float[] {1, inf})).isNaN();
    assertThat(Softmax.logSumExp(new float[] {-1e9f, -1e9f})).isEqualTo(-1e9 + Math.log(2));
    assertThat(Softmax.logSumExp(new float[] {9, 0, 9}, 1, 1)).isZero();
  }

  @Test
  void readsAndWritesOnlyItsRange() {
    float[] x = {100, 1, 1, 100};
    float[] y = {7, 7, 7, 7};
    Softmax.twoPass(x, 1, 2, y, 0);
    assertThat(y).containsExactly(0.5f, 0.5f, 7, 7);
    Softmax.threePassRecompute(x, 1, 2, y, 1);
    assertThat(y).containsExactly(0.5f, 0.5f, 0.5f, 7);
    Softmax.threePassReload(x, 1, 2, y, 2);
    assertThat(y).containsExactly(0.5f, 0.5f, 0.5f, 0.5f);
    assertThat(x).containsExactly(100, 1, 1, 100);
    assertThatThrownBy(() -> Softmax.auto(x, 3, 2, y, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Softmax.twoPass(x, 0, 2, y, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void longRowsStayPrecise() {
    float[] x = Rows.uniform(new Random(5), Softmax.TWO_PASS_LENGTH, -10, 10);
    double exact = 0;
    for (float value : x) {
      exact += Math.exp(value);
    }
    assertThat(Softmax.logSumExp(x)).isCloseTo(Math.log(exact), within(1e-6));
    Softmax.auto(x);
    double sum = 0;
    for (float value : x) {
      sum += value;
    }
    assertThat(sum).isCloseTo(1, within(2e-6));
  }

  private static Offset<Double> within(double offset) {
    return Offset.offset(offset);
  }
}
