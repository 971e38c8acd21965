package io.octavo.benchmarks;

import io.octavo.normalize.AlphaBatchNorm;
import io.octavo.normalize.BatchChannelNorm;
import io.octavo.normalize.BatchNorm;
import io.octavo.normalize.EvoNormB;
import io.octavo.normalize.EvoNormS;
import io.octavo.normalize.GroupNorm;
import io.octavo.normalize.ImageNormalization;
import io.octavo.normalize.ImageShape;
import io.octavo.normalize.RegionMask;
import io.octavo.normalize.RegionNormBasic;
import io.octavo.normalize.RegionNormLearned;
import io.octavo.normalize.UnMixState;
import io.octavo.normalize.UnMixTns;
import java.util.Arrays;
import java.util.Random;

/** The normalizations of images with weights as trained ones are, near one and zero. */
enum ImageNorm {
  BATCH_NORM,
  GROUP_NORM,
  INSTANCE_NORM,
  BATCH_CHANNEL_NORM,
  EVO_NORM_B0,
  EVO_NORM_B1,
  EVO_NORM_B2,
  EVO_NORM_S0,
  EVO_NORM_S1,
  EVO_NORM_S2,
  REGION_NORM_BASIC,
  REGION_NORM_LEARNED,
  ALPHA_BATCH_NORM,
  UNMIX_TNS;

  private static final double EPSILON = 1e-5;
  private static final int GROUPS = 32;
  private static final int COMPONENTS = 16;
  private static final int KERNEL = 7;

  /** Normalizes images of a shape from one array to another. */
  interface Sweep {
    void run(float[] x, float[] y);
  }

  /** The layer for images of a shape, whose channels {@link #GROUPS} divides. */
  Sweep create(ImageShape shape) {
    if (this == REGION_NORM_BASIC) {
      return regionNorm(shape);
    }
    ImageNormalization norm = create(shape.channels());
    return (x, y) -> norm.apply(x, shape, y);
  }

  private static float[] near(float value, int channels) {
    float[] weights = RandomData.normal(channels, 0.1);
    for (int i = 0; i < channels; i++) {
      weights[i] += value;
    }
    return weights;
  }

  /** A rectangle in the foreground of each image. */
  private static Sweep regionNorm(ImageShape shape) {
    int channels = shape.channels();
    boolean[] foreground = new boolean[shape.batch() * shape.pixels()];
    for (int i = 0; i < foreground.length; i++) {
      int row = i / shape.width() % shape.height();
      int column = i % shape.width();
      foreground[i] = row > shape.height() / 3 && column > shape.width() / 4;
    }
    RegionMask mask = RegionMask.of(shape.batch(), shape.height(), shape.width(), foreground);
    RegionNormBasic norm =
        RegionNormBasic.of(
            near(0, channels), near(0, channels), near(0, channels), near(0, channels), EPSILON);
    return (x, y) -> norm.apply(x, shape, mask, y);
  }

  private ImageNormalization create(int channels) {
    float[] weight = near(1, channels);
    float[] bias = near(0, channels);
    float[] mean = near(0, channels);
    float[] variance = near(1, channels);
    return switch (this) {
      case BATCH_NORM -> BatchNorm.of(weight, bias, mean, variance, EPSILON);
      case GROUP_NORM -> GroupNorm.of(GROUPS, channels, weight, bias, EPSILON);
      case INSTANCE_NORM -> GroupNorm.of(channels, channels, weight, bias, EPSILON);
      case BATCH_CHANNEL_NORM ->
          BatchChannelNorm.of(
              BatchNorm.of(weight, bias, mean, variance, EPSILON),
              near(1, GROUPS),
              near(0, GROUPS),
              EPSILON);
      case EVO_NORM_B0 -> EvoNormB.b0(weight, bias, mean, variance, EPSILON);
      case EVO_NORM_B1 -> EvoNormB.b1(weight, bias, variance, EPSILON);
      case EVO_NORM_B2 -> EvoNormB.b2(weight, bias, variance, EPSILON);
      case EVO_NORM_S0 -> EvoNormS.s0(GROUPS, weight, bias, near(1, channels), EPSILON);
      case EVO_NORM_S1 -> EvoNormS.s1(GROUPS, weight, bias, EPSILON);
      case EVO_NORM_S2 -> EvoNormS.s2(GROUPS, weight, bias, EPSILON);
      case REGION_NORM_LEARNED -> {
        float[] taps = new float[2 * KERNEL * KERNEL];
        Arrays.fill(taps, 0.02f);
        float[] half = Arrays.copyOf(taps, KERNEL * KERNEL);
        yield RegionNormLearned.of(channels, taps, half, 0, half, 0, 0.8, EPSILON);
      }
      case ALPHA_BATCH_NORM -> AlphaBatchNorm.of(0.1, weight, bias, mean, variance, EPSILON);
      case UNMIX_TNS -> UnMixTns.of(weight, bias, EPSILON, 0.01, state(mean, variance));
      case REGION_NORM_BASIC -> throw new IllegalStateException("needs a mask");
    };
  }

  private static UnMixState state(float[] mean, float[] variance) {
    return UnMixState.initial(COMPONENTS, mean, variance, new Random(1));
  }
}
