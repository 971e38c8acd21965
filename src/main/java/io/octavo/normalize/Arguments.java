package io.octavo.normalize;

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

  /** {@code weight / sqrt(meanSquare + epsilon)}, feature by feature. */
  static float[] fixedScale(String name, float[] weight, float[] meanSquare, double epsilon) {
    copy(name, meanSquare, weight.length);
    float[] scale = new float[weight.length];
    for (int i = 0; i < scale.length; i++) {
      if (!(meanSquare[i] >= 0 && meanSquare[i] + epsilon > 0)) {
        throw new IllegalArgumentException(
            name + "[" + i + "] is " + meanSquare[i] + ", not a mean square");
      }
      scale[i] = (float) (weight[i] / Math.sqrt(meanSquare[i] + epsilon));
    }
    return scale;
  }
}
