package io.octavo.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.testing.Rows;
import io.octavo.testing.Tolerance;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the definitions for images imply, by the sections of the systems reference. */
@Tag("core")
class ImageNormalizationPropertiesTest {
  private static final int CHANNELS = 6;
  private static final ImageShape SHAPE = new ImageShape(3, CHANNELS, 5, 7);

  private final Random random = new Random(11);
  private final float[] x = Rows.normal(random, SHAPE.size(), 2);
  private final float[] weight = Rows.uniform(random, CHANNELS, 0.5, 2);
  private final float[] bias = Rows.normal(random, CHANNELS, 1);
  private final float[] mean = Rows.normal(random, CHANNELS, 1);
  private final float[] variance = Rows.uniform(random, CHANNELS, 0.5, 2);

  private static float[] apply(ImageNormalization norm, float[] images, ImageShape shape) {
    float[] y = new float[shape.size()];
    norm.apply(images, shape, y);
    return y;
  }

  private static void assertClose(float[] actual, float[] expected) {
    Tolerance.single(actual, Rows.doubles(expected), SHAPE.pixels());
  }

  @Test
  void section78AlphaOfZeroIsStoredBatchNorm() {
    float[] expected = apply(BatchNorm.of(weight, bias, mean, variance, 1e-5), x, SHAPE);
    AlphaBatchNorm norm = AlphaBatchNorm.of(0, weight, bias, mean, variance, 1e-5);
    assertClose(apply(norm, x, SHAPE), expected);
  }

  @Test
  void section78AlphaOfOneForgetsTheStoredStatistics() {
    float[] others = Rows.normal(random, CHANNELS, 3);
    AlphaBatchNorm norm = AlphaBatchNorm.of(1, weight, bias, mean, variance, 1e-5);
    AlphaBatchNorm same = AlphaBatchNorm.of(1, weight, bias, others, weight, 1e-5);
    assertThat(apply(norm, x, SHAPE)).containsExactly(apply(same, x, SHAPE));
  }

  @Test
  void section78OneComponentOfUnMixIsInstanceNorm() {
    UnMixState state = UnMixState.initial(1, mean, variance, random);
    assertThat(state.means()).containsExactly(Rows.doubles(mean));
    assertThat(state.variances()).containsExactly(Rows.doubles(variance));
    float[] y = apply(UnMixTns.of(weight, bias, 1e-5, 0.1, state), x, SHAPE);
    assertClose(y, apply(GroupNorm.of(CHANNELS, CHANNELS, weight, bias, 1e-5), x, SHAPE));
    float[] batchNorm = apply(BatchNorm.of(weight, bias, mean, variance, 1e-5), x, SHAPE);
    assertThat(Math.abs(y[0] - batchNorm[0])).isGreaterThan(0.01f);
  }

  @Test
  void section78UnMixStateBeginsAroundTheCheckpoint() {
    UnMixState state = UnMixState.initial(16, mean, variance, random);
    double[] means = state.means();
    for (int c = 0; c < CHANNELS; c++) {
      double spread = Math.sqrt(0.5 * 16 / 15) * Math.sqrt(variance[c]);
      double sum = 0;
      for (int k = 0; k < 16; k++) {
        double distance = means[k * CHANNELS + c] - mean[c];
        assertThat(Math.abs(distance)).isBetween(0.0, 6 * spread);
        sum += distance * distance;
        assertThat(state.variances()[k * CHANNELS + c]).isEqualTo(0.5 * variance[c]);
      }
      assertThat(Math.sqrt(sum / 16)).isBetween(spread / 3, spread * 3);
    }
  }

  @Test
  void section78UnMixUsesTheStateBeforeTheUpdateAndMovesIt() {
    UnMixState still = UnMixState.initial(4, mean, variance, new Random(3));
    UnMixState moving = UnMixState.of(4, still.means(), still.variances());
    UnMixTns frozen = UnMixTns.of(weight, bias, 1e-5, 0, still);
    UnMixTns norm = UnMixTns.of(weight, bias, 1e-5, 0.5, moving);
    float[] first = apply(norm, x, SHAPE);
    assertThat(first).containsExactly(apply(frozen, x, SHAPE));
    assertThat(still.means()).isNotEqualTo(moving.means());
    assertThat(apply(norm, x, SHAPE)).isNotEqualTo(first);
  }

  @Test
  void section78EvoNormB0OfFlatImagesIsBatchNormWithoutMean() {
    float[] flat = new float[SHAPE.size()];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = x[i / SHAPE.pixels()];
    }
    EvoNormB norm = EvoNormB.b0(weight, bias, new float[CHANNELS], variance, 1e-5);
    BatchNorm expected = BatchNorm.of(weight, bias, new float[CHANNELS], variance, 1e-5);
    assertClose(apply(norm, flat, SHAPE), apply(expected, flat, SHAPE));
  }

  @Test
  void section78BatchChannelNormOfNeutralStatisticsIsGroupNorm() {
    float[] zeros = new float[CHANNELS];
    float[] ones = new float[CHANNELS];
    Arrays.fill(ones, 1f);
    BatchNorm neutral = BatchNorm.of(null, null, zeros, ones, 0);
    float[] two = {0.5f, 2f};
    BatchChannelNorm norm = BatchChannelNorm.of(neutral, two, two, 1e-5);
    float[] expected = apply(GroupNorm.withGroupAffine(CHANNELS, two, two, 1e-5), x, SHAPE);
    assertThat(apply(norm, x, SHAPE)).containsExactly(expected);
  }

  @Test
  void section78RegionNormOfOneRegionIsPureBatchNorm() {
    float[] zeros = new float[CHANNELS];
    float[] ones = new float[CHANNELS];
    Arrays.fill(ones, 1f);
    boolean[] everywhere = new boolean[SHAPE.batch() * SHAPE.pixels()];
    Arrays.fill(everywhere, true);
    RegionMask mask = RegionMask.of(SHAPE.batch(), SHAPE.height(), SHAPE.width(), everywhere);
    float[] y = new float[x.length];
    RegionNormBasic.of(zeros, zeros, zeros, zeros, 0).apply(x, SHAPE, mask, y);
    // alpha-BN's variance is unbiased, region normalization's is not.
    double count = SHAPE.batch() * SHAPE.pixels();
    float[] expected = apply(AlphaBatchNorm.of(1, ones, zeros, zeros, ones, 0), x, SHAPE);
    assertClose(y, Rows.times(expected, (float) Math.sqrt(count / (count - 1))));
  }

  @Test
  void section78RegionsDoNotSeeEachOther() {
    boolean[] left = new boolean[SHAPE.batch() * SHAPE.pixels()];
    for (int i = 0; i < left.length; i++) {
      left[i] = i % SHAPE.width() < 3;
    }
    RegionMask mask = RegionMask.of(SHAPE.batch(), SHAPE.height(), SHAPE.width(), left);
    RegionNormBasic norm = RegionNormBasic.of(weight, bias, weight, bias, 1e-5);
    float[] changed = x.clone();
    for (int i = 0; i < changed.length; i++) {
      changed[i] += i % SHAPE.width() < 3 ? 0 : 100 * (i % 5);
    }
    float[] y = new float[x.length];
    float[] other = new float[x.length];
    norm.apply(x, SHAPE, mask, y);
    norm.apply(changed, SHAPE, mask, other);
    for (int i = 0; i < y.length; i++) {
      assertThat(y[i] == other[i]).isEqualTo(i % SHAPE.width() < 3);
    }
  }

  @Test
  void section78OnlyBatchStatisticsSeeTheRestOfTheBatch() {
    ImageShape one = new ImageShape(1, CHANNELS, SHAPE.height(), SHAPE.width());
    float[] first = Arrays.copyOf(x, one.size());
    for (ImageNormalization norm :
        new ImageNormalization[] {
          BatchNorm.of(weight, bias, mean, variance, 1e-5),
          GroupNorm.of(2, CHANNELS, weight, bias, 1e-5),
          BatchChannelNorm.of(
              BatchNorm.of(weight, bias, mean, variance, 1e-5), new float[2], new float[2], 1e-5),
          EvoNormB.b0(weight, bias, mean, variance, 1e-5),
          EvoNormB.b1(weight, bias, variance, 1e-5),
          EvoNormB.b2(weight, bias, variance, 1e-5),
          EvoNormS.s0(2, weight, bias, mean, 1e-5),
          EvoNormS.s1(2, weight, bias, 1e-5),
          EvoNormS.s2(2, weight, bias, 1e-5)
        }) {
      assertThat(Arrays.copyOf(apply(norm, x, SHAPE), one.size()))
          .containsExactly(apply(norm, first, one));
    }
    AlphaBatchNorm alpha = AlphaBatchNorm.of(0.5, weight, bias, mean, variance, 1e-5);
    assertThat(Arrays.copyOf(apply(alpha, x, SHAPE), one.size()))
        .isNotEqualTo(apply(alpha, first, one));
  }

  @Test
  void section4StatisticsStandMeansFarAboveTheSpread() {
    float[] far = new float[x.length];
    for (int i = 0; i < far.length; i++) {
      far[i] = 4096 + Math.round(x[i] * 4) * 0.25f;
    }
    float[] near = Rows.plus(far, -4096);
    GroupNorm norm = GroupNorm.of(2, CHANNELS, weight, bias, 1e-5);
    assertClose(apply(norm, far, SHAPE), apply(norm, near, SHAPE));
  }

  @Test
  void evoNormS0GatesRunsLongerThanItsWorkingMemory() {
    ImageShape large = new ImageShape(1, 2, 37, 61);
    float[] images = Rows.normal(random, large.size(), 2);
    float[] two = {0.7f, -1.3f};
    float[] y = apply(EvoNormS.s0(1, two, two, two, 1e-5), images, large);
    double average = 0;
    for (float value : images) {
      average += value / (double) images.length;
    }
    double spread = 0;
    for (float value : images) {
      spread += (value - average) * (value - average) / images.length;
    }
    double[] expected = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      double v = two[i / large.pixels()];
      double gated = images[i] / (1 + Math.exp(-v * images[i]));
      expected[i] = v * gated / Math.sqrt(spread + 1e-5) + v;
    }
    Tolerance.single(y, expected, large.pixels());
  }
}
