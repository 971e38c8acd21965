package io.octavo.model;

import io.octavo.normalize.LayerNorm;
import io.octavo.normalize.Normalization;
import io.octavo.normalize.RmsNorm;

/** Which normalization a decoder's norms are. */
public enum NormKind {
  /** {@link LayerNorm}. */
  LAYER,
  /** {@link RmsNorm}. */
  RMS,
  /** {@link RmsNorm} whose checkpoint holds {@code gamma - 1} (Gemma). */
  RMS_PLUS_ONE;

  /** The norm with those parameters. */
  Normalization build(NormWeights weights, double epsilon) {
    return switch (this) {
      case LAYER -> LayerNorm.of(weights.gamma(), weights.beta(), epsilon);
      case RMS -> RmsNorm.of(weights.gamma(), weights.beta(), epsilon);
      case RMS_PLUS_ONE -> RmsNorm.weightPlusOne(weights.gamma(), epsilon);
    };
  }
}
