package io.octavo.load.pass;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A norm and its weights: {@code y = scale * kind(x) + shift}.
 *
 * @param name what messages and the report call it
 * @param kind what it computes
 * @param width features it reads
 * @param scale {@code [width]}, or null for ones
 * @param shift {@code [width]}, or null for zeros
 * @param epsilon of the kind; not used by {@link NormKind#FIXED}
 * @param groups of {@link NormKind#GROUP_SCALING}; 1 otherwise
 */
public record NormWeights(
    String name,
    NormKind kind,
    int width,
    double @Nullable [] scale,
    double @Nullable [] shift,
    double epsilon,
    int groups) {

  /** Refuses weights of another length. */
  public NormWeights(
      String name,
      NormKind kind,
      int width,
      double @Nullable [] scale,
      double @Nullable [] shift,
      double epsilon,
      int groups) {
    if ((scale != null && scale.length != width) || (shift != null && shift.length != width)) {
      throw new IllegalArgumentException(name + " has weights that are not of width " + width);
    }
    this.name = name;
    this.kind = kind;
    this.width = width;
    this.scale = scale;
    this.shift = shift;
    this.epsilon = epsilon;
    this.groups = groups;
  }

  /** LayerNorm. */
  public static NormWeights layerNorm(
      String name, double[] gamma, double @Nullable [] beta, double epsilon) {
    return new NormWeights(name, NormKind.LAYER_NORM, gamma.length, gamma, beta, epsilon, 1);
  }

  /** RMSNorm. */
  public static NormWeights rmsNorm(
      String name, double[] gamma, double @Nullable [] beta, double epsilon) {
    return new NormWeights(name, NormKind.RMS_NORM, gamma.length, gamma, beta, epsilon, 1);
  }

  /**
   * PowerNorm: {@code scale = weight / sqrt(runningPhi + epsilon)}.
   *
   * @param runningPhi the checkpoint's mean squares, {@code [width]}
   * @param groups of the scaling before it; 0 for none
   */
  public static NormWeights powerNorm(
      String name,
      double[] weight,
      double[] bias,
      double[] runningPhi,
      int groups,
      double epsilon) {
    return new NormWeights(
        name,
        groups == 0 ? NormKind.FIXED : NormKind.GROUP_SCALING,
        weight.length,
        overRoot(name, weight, runningPhi, epsilon),
        bias,
        epsilon,
        Math.max(1, groups));
  }

  /** Unified Normalization; {@code runningVar} is a mean square. */
  public static NormWeights unifiedNorm(
      String name, double[] weight, double[] bias, double[] runningVar, double epsilon) {
    return powerNorm(name, weight, bias, runningVar, 0, epsilon);
  }

  /** BatchNorm with the checkpoint's statistics. */
  public static NormWeights batchNorm(
      String name,
      double[] weight,
      double[] bias,
      double[] runningMean,
      double[] runningVar,
      double epsilon) {
    double[] scale = overRoot(name, weight, runningVar, epsilon);
    double[] shift = bias.clone();
    for (int i = 0; i < shift.length; i++) {
      shift[i] -= runningMean[i] * scale[i];
    }
    return new NormWeights(name, NormKind.FIXED, scale.length, scale, shift, epsilon, 1);
  }

  private static double[] overRoot(
      String name, double[] weight, double[] meanSquare, double epsilon) {
    if (meanSquare.length != weight.length) {
      throw new IllegalArgumentException(
          name + " has " + meanSquare.length + " statistics for " + weight.length + " features");
    }
    double[] scale = weight.clone();
    for (int i = 0; i < scale.length; i++) {
      if (!(meanSquare[i] >= 0 && meanSquare[i] + epsilon > 0)) {
        throw new IllegalArgumentException(
            "Statistic " + i + " of " + name + " is " + meanSquare[i]);
      }
      scale[i] /= Math.sqrt(meanSquare[i] + epsilon);
    }
    return scale;
  }

  /** Whether it has a scale or a shift. */
  public boolean affine() {
    return scale != null || shift != null;
  }

  /** This norm without scale and shift. */
  NormWeights withoutAffine() {
    return new NormWeights(name, kind, width, null, null, epsilon, groups);
  }

  /** Another norm with these weights. */
  NormWeights as(NormKind other) {
    return new NormWeights(name, other, width, scale, shift, epsilon, groups);
  }

  /** CRMSNorm, one feature narrower, without scale and shift. */
  NormWeights compressed() {
    return new NormWeights(
        name, NormKind.COMPRESSED_RMS_NORM, width - 1, null, null, epsilon, groups);
  }

  /** This norm with its output times {@code factor}. */
  NormWeights times(double factor) {
    double[] newScale = scale == null ? ones() : scale.clone();
    double[] newShift = shift == null ? null : shift.clone();
    for (int i = 0; i < width; i++) {
      newScale[i] *= factor;
      if (newShift != null) {
        newShift[i] *= factor;
      }
    }
    return new NormWeights(name, kind, width, newScale, newShift, epsilon, groups);
  }

  private double[] ones() {
    double[] ones = new double[width];
    Arrays.fill(ones, 1);
    return ones;
  }

  /**
   * Whether it maps a vector of zero mean to one: its scale is one number, and its shift adds up to
   * zero.
   */
  boolean keepsZeroMean() {
    if (scale != null) {
      for (double value : scale) {
        if (value != scale[0]) {
          return false;
        }
      }
    }
    double sum = 0;
    double size = 0;
    if (shift != null) {
      for (double value : shift) {
        sum += value;
        size += Math.abs(value);
      }
    }
    return Math.abs(sum) <= 1e-15 * width * size;
  }
}
