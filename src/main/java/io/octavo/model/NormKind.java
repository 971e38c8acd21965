package io.octavo.model;

import io.octavo.normalize.CompressedRmsNorm;
import io.octavo.normalize.LayerNorm;
import io.octavo.normalize.Normalization;
import io.octavo.normalize.PowerNorm;
import io.octavo.normalize.RmsNorm;
import io.octavo.normalize.UnifiedNorm;
import org.jspecify.annotations.Nullable;

/** Which normalization a decoder's norms are. */
public enum NormKind {
  /** {@link LayerNorm}. */
  LAYER,
  /** {@link RmsNorm}. */
  RMS,
  /** {@link RmsNorm} whose checkpoint holds {@code gamma - 1} (Gemma). */
  RMS_PLUS_ONE,
  /** {@link CompressedRmsNorm}, which has no weights. */
  COMPRESSED_RMS,
  /** {@link PowerNorm}, with its group scaling or without. */
  POWER,
  /** {@link UnifiedNorm}. */
  UNIFIED;

  /**
   * The norm with those parameters.
   *
   * @param width features of a token
   * @param epsilon of the norm
   * @param groups of PowerNorm's group scaling; 0 for none
   */
  Normalization build(NormWeights weights, int width, double epsilon, int groups) {
    float[] gamma = weights.gammaOrOnes(width);
    float[] beta = weights.beta();
    return switch (this) {
      case LAYER ->
          weights.affine()
              ? LayerNorm.of(gamma, beta, epsilon)
              : LayerNorm.withoutAffine(width, epsilon);
      case RMS ->
          weights.affine()
              ? RmsNorm.of(gamma, beta, epsilon)
              : RmsNorm.withoutAffine(width, epsilon);
      case RMS_PLUS_ONE ->
          weights.affine()
              ? RmsNorm.weightPlusOne(gamma, epsilon)
              : RmsNorm.withoutAffine(width, epsilon);
      case COMPRESSED_RMS -> CompressedRmsNorm.of(width, epsilon);
      case POWER, UNIFIED -> fixed(weights, width, epsilon, groups);
    };
  }

  /** The norms of fixed scale, whose statistic may have gone into their scale already. */
  private Normalization fixed(NormWeights weights, int width, double epsilon, int groups) {
    float[] meanSquares = weights.meanSquares();
    if (meanSquares == null) {
      float @Nullable [] scale = weights.affine() ? weights.gammaOrOnes(width) : null;
      return PowerNorm.folded(width, scale, weights.beta(), groups, epsilon);
    }
    float[] gamma = weights.gammaOrOnes(width);
    float[] beta = weights.beta() == null ? new float[width] : weights.beta();
    if (this == UNIFIED) {
      return UnifiedNorm.of(gamma, beta, meanSquares, epsilon);
    }
    return groups == 0
        ? PowerNorm.of(gamma, beta, meanSquares, epsilon)
        : PowerNorm.withGroups(gamma, beta, meanSquares, groups, epsilon);
  }
}
