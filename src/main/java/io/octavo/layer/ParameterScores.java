package io.octavo.layer;

import io.octavo.kernel.Activation;
import io.octavo.kernel.Kernels;
import io.octavo.kernel.NormalizationKernel;
import io.octavo.softmax.Softmax;
import java.util.Arrays;

/**
 * What attention to parameters makes of a token's scores, in place of softmax (TokenFormer,
 * arXiv:2410.23168, equation 5 and the authors' code, {@code norm_activation_type}).
 *
 * @param kind what is done
 * @param scale factor of the normalized scores
 */
public record ParameterScores(Kind kind, float scale) {
  /** What is done to the scores {@code a} of a token. */
  public enum Kind {
    /** {@code gelu(scale * a / |a|)}, GELU by the error function, {@code scale = sqrt(slots)}. */
    L2_NORM_GELU,
    /** {@code scale * gelu(a) / |gelu(a)|}, {@code scale = sqrt(slots)}. */
    GELU_L2_NORM,
    /** {@code scale * softmax(a)}, {@code scale = slots}. */
    SOFTMAX
  }

  /** The scores of so many slots, as a model is trained with them. */
  public static ParameterScores of(Kind kind, int slots) {
    return new ParameterScores(kind, kind == Kind.SOFTMAX ? slots : (float) Math.sqrt(slots));
  }

  /**
   * Takes the scores {@code a[offset ...]} of one token and leaves what the values are multiplied
   * by. Scores that are all zero have no direction and become zeros (but for softmax).
   */
  void apply(float[] a, int offset, int slots) {
    switch (kind) {
      case L2_NORM_GELU -> {
        normalize(a, offset, slots);
        Activation.GELU_ERF.apply(a, offset, slots);
      }
      case GELU_L2_NORM -> {
        Activation.GELU_ERF.apply(a, offset, slots);
        normalize(a, offset, slots);
      }
      case SOFTMAX -> {
        Softmax.auto(a, offset, slots, a, offset);
        Kernels.normalization().scale(a, offset, 1, slots, scale, null, null, a, offset);
      }
    }
  }

  private void normalize(float[] a, int offset, int slots) {
    NormalizationKernel kernel = Kernels.normalization();
    double squares = kernel.sumOfSquares(a, offset, slots);
    if (squares == 0) {
      Arrays.fill(a, offset, offset + slots, 0f);
      return;
    }
    kernel.scale(a, offset, 1, slots, (float) (scale / Math.sqrt(squares)), null, null, a, offset);
  }
}
