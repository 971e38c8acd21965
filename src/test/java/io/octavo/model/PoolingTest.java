package io.octavo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.testing.Rows;
import io.octavo.testing.Tolerance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("core")
class PoolingTest {
  private static final int WIDTH = 19;

  /** The definition, from a list of (position, output) of the tokens that are left. */
  private static double[] expected(Pooling mode, float[] tokens, int first, int last, int skipped) {
    double[] pooled = new double[WIDTH];
    for (int d = 0; d < WIDTH; d++) {
      List<double[]> left = new ArrayList<>();
      for (int t = first + skipped; t < last; t++) {
        left.add(new double[] {t - first + 1, tokens[t * WIDTH + d]});
      }
      pooled[d] =
          switch (mode) {
            case CLS -> tokens[first * WIDTH + d];
            case LAST -> left.isEmpty() ? 0 : left.getLast()[1];
            case MAX -> left.stream().mapToDouble(token -> token[1]).max().orElse(0);
            case MEAN -> left.stream().mapToDouble(token -> token[1]).average().orElse(0);
            case MEAN_SQRT_LENGTH ->
                left.stream().mapToDouble(token -> token[1] / Math.sqrt(left.size())).sum();
            case WEIGHTED_MEAN -> {
              double weights = left.stream().mapToDouble(token -> token[0]).sum();
              yield left.stream().mapToDouble(token -> token[0] / weights * token[1]).sum();
            }
          };
    }
    return pooled;
  }

  @ParameterizedTest
  @EnumSource
  void everyModeFollowsItsDefinition(Pooling mode) {
    float[] tokens = Rows.uniform(new Random(5), 40 * WIDTH, 0.5, 2);
    for (int[] range : new int[][] {{0, 1}, {0, 2}, {3, 20}, {7, 40}, {39, 40}}) {
      float[] pooled = mode.pool(tokens, range[0], range[1], WIDTH);
      Tolerance.single(pooled, expected(mode, tokens, range[0], range[1], 0), WIDTH);
      assertThat(PoolingPlan.of(mode, WIDTH).pool(tokens, range[0], range[1], 3)).isEqualTo(pooled);
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesOutThePromptWhereAskedTo(Pooling mode) {
    float[] tokens = Rows.normal(new Random(6), 30 * WIDTH, 1);
    PoolingPlan plan = new PoolingPlan(WIDTH, List.of(mode), false);
    for (int prompt : new int[] {0, 1, 4, 9, 10}) {
      float[] pooled = plan.pool(tokens, 5, 16, prompt);
      Tolerance.single(pooled, expected(mode, tokens, 5, 16, prompt), WIDTH);
    }
  }

  @Test
  void nothingButThePromptGivesZerosExceptForCls() {
    float[] tokens = Rows.normal(new Random(7), 8 * WIDTH, 1);
    for (int prompt : new int[] {8, 9, Integer.MAX_VALUE}) {
      for (Pooling mode : Pooling.values()) {
        float[] pooled = new PoolingPlan(WIDTH, List.of(mode), false).pool(tokens, 0, 8, prompt);
        assertThat(pooled)
            .isEqualTo(mode == Pooling.CLS ? Arrays.copyOf(tokens, WIDTH) : new float[WIDTH]);
      }
    }
  }

  @Test
  void sumsAreInDouble() {
    float[] tokens = {1e8f, 1, -1e8f, 1};
    assertThat(Pooling.MEAN.pool(tokens, 0, 4, 1)).containsExactly(0.5f);
    assertThat(Pooling.MEAN_SQRT_LENGTH.pool(tokens, 0, 4, 1)).containsExactly(1);
  }

  @Test
  void severalModesStandBehindOneAnotherInTheirOrder() {
    float[] tokens = Rows.normal(new Random(8), 12 * WIDTH, 1);
    List<Pooling> modes = List.of(Pooling.LAST, Pooling.MEAN, Pooling.CLS);
    PoolingPlan plan = new PoolingPlan(WIDTH, modes, true);
    assertThat(plan.outputs()).isEqualTo(3 * WIDTH);
    float[] pooled = plan.pool(tokens, 2, 11, 0);
    assertThat(pooled).hasSize(3 * WIDTH);
    for (int i = 0; i < 3; i++) {
      assertThat(Arrays.copyOfRange(pooled, i * WIDTH, (i + 1) * WIDTH))
          .isEqualTo(modes.get(i).pool(tokens, 2, 11, WIDTH));
    }
  }

  @Test
  void aPromptCountsWithTheTokenBeforeItAndWithoutTheOneBehind() {
    assertThat(PoolingPlan.promptTokens(new int[] {1, 7, 8, 2}, id -> id < 3)).isEqualTo(3);
    assertThat(PoolingPlan.promptTokens(new int[] {1, 7, 8}, id -> id < 3)).isEqualTo(3);
    assertThat(PoolingPlan.promptTokens(new int[0], id -> true)).isZero();
  }

  @Test
  void refusesPlansThatMeanNothing() {
    assertThatThrownBy(() -> new PoolingPlan(0, List.of(Pooling.MEAN), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0");
    assertThatThrownBy(() -> new PoolingPlan(4, List.of(), true))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PoolingPlan(4, List.of(Pooling.MAX, Pooling.MAX), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MAX");
  }
}
