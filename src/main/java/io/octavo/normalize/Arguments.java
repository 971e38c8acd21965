package io.octavo.normalize;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the normalizations ask of their parameters. */
final class Arguments {
  private Arguments() {}

  static double epsilon(double epsilon) {
    if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
      throw new IllegalArgumentException("epsilon is " + epsilon + ", not a number of at least 0");
    }
    return epsilon;
  }

  static int width(int width) {
    if (width < 1) {
      throw new IllegalArgumentException("A token of " + width + " features cannot be normalized");
    }
    return width;
  }

  /** A copy of {@code values}, which must be as long as a token. */
  static float[] copy(String name, float[] values, int width) {
    if (values.length != width) {
      throw new IllegalArgumentException(
          name + " has " + values.length + " values for a token of " + width + " features");
    }
    return values.clone();
  }

  /** A copy of {@code weight} with 1 added to each value. */
  static float[] plusOne(float[] weight) {
    float[] gamma = new float[weight.length];
    for (int i = 0; i < gamma.length; i++) {
      gamma[i] = 1f + weight[i];
    }
    return gamma;
  }

  /** Refuses groups that are not of equal size. */
  static int groups(int groups, int width) {
    if (groups < 1 || width % groups != 0) {
      throw new IllegalArgumentException(groups + " groups do not divide " + width + " features");
    }
    return groups;
  }

  /** A copy of {@code values}, or as many times {@code otherwise} where there are none. */
  static float[] orElse(String name, float @Nullable [] values, int width, float otherwise) {
    if (values != null) {
      return copy(name, values, width);
    }
    float[] result = new float[width];
    Arrays.fill(result, otherwise);
    return result;
  }

  /** Refuses images of other channels than the layer's, and arrays that are too short for them. */
  static void images(float[] x, ImageShape shape, float[] y, int channels) {
    if (shape.channels() != channels) {
      throw new IllegalArgumentException(
          "Images of " + shape.channels() + " channels for a layer of " + channels);
    }
    Objects.checkFromIndexSize(0, shape.size(), x.length);
    Objects.checkFromIndexSize(0, shape.size(), y.length);
  }

  /** {@code weight / sqrt(meanSquare + epsilon)}, feature by feature. */
  static float[] fixedScale(String name, float[] weight, float[] meanSquare, double epsilon) {
    copy(name, meanSquare, weight.length);
    float[] scale = new float[weight.length];
    for (int i = 0; i < scale.length; i++) {
      if (!(meanSquare[i] >= 0 && meanSquare[i] + epsilon > 0)) {
        throw new IllegalArgumentException(
            name + "[" + i + "] is " + meanSquare[i] + ", which has no root to divide by");
      }
      scale[i] = (float) (weight[i] / Math.sqrt(meanSquare[i] + epsilon));
    }
    return scale;
  }
}
