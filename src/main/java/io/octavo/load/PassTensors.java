package io.octavo.load;

import io.octavo.load.pass.NormKind;
import io.octavo.load.pass.Weights;
import io.octavo.model.DecoderDescriptor.NormShape;
import io.octavo.model.LinearWeights;
import io.octavo.model.NormWeights;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A decoder's tensors as passes see them, and back. What no pass changed comes back as the very
 * tensor that went in, in its own type.
 */
final class PassTensors {
  private final NormShape norms;
  private final int width;
  private final IdentityHashMap<io.octavo.load.pass.LinearWeights, LinearWeights> linears =
      new IdentityHashMap<>();
  private final IdentityHashMap<io.octavo.load.pass.NormWeights, NormWeights> originals =
      new IdentityHashMap<>();

  /**
   * Nothing is converted yet.
   *
   * @param norms every norm of the decoder
   * @param width features of a token
   */
  PassTensors(NormShape norms, int width) {
    this.norms = norms;
    this.width = width;
  }

  /** A linear layer. */
  io.octavo.load.pass.LinearWeights linear(String name, LinearWeights layer) {
    float[] bias = layer.bias();
    io.octavo.load.pass.LinearWeights converted =
        io.octavo.load.pass.LinearWeights.of(
            name, Weights.of(layer.weight()), bias == null ? null : WideNumbers.of(bias));
    linears.put(converted, layer);
    return converted;
  }

  /** A linear layer behind the passes. */
  LinearWeights linear(io.octavo.load.pass.LinearWeights layer) {
    LinearWeights original = linears.get(layer);
    if (original != null) {
      return original;
    }
    double[] bias = layer.bias();
    return new LinearWeights(
        layer.weight().toMatrix(), bias == null ? null : WideNumbers.rounded(bias));
  }

  /** A norm; none at all is one that does nothing. */
  io.octavo.load.pass.NormWeights norm(String name, @Nullable NormWeights norm) {
    if (norm == null) {
      return new io.octavo.load.pass.NormWeights(
          name, NormKind.FIXED, width, null, null, norms.epsilon(), 1);
    }
    io.octavo.load.pass.NormWeights converted =
        switch (norms.kind()) {
          case LAYER -> plain(name, NormKind.LAYER_NORM, norm, 0);
          case RMS -> plain(name, NormKind.RMS_NORM, norm, 0);
          case RMS_PLUS_ONE -> plain(name, NormKind.RMS_NORM, norm, 1);
          case COMPRESSED_RMS -> plain(name, NormKind.COMPRESSED_RMS_NORM, norm, 0);
          case POWER, UNIFIED -> fixed(name, norm);
        };
    originals.put(converted, norm);
    return converted;
  }

  private io.octavo.load.pass.NormWeights plain(
      String name, NormKind kind, NormWeights norm, double offset) {
    double[] scale = wide(norm.gamma());
    for (int i = 0; scale != null && i < scale.length; i++) {
      scale[i] += offset;
    }
    return new io.octavo.load.pass.NormWeights(
        name, kind, width, scale, wide(norm.beta()), norms.epsilon(), 1);
  }

  private io.octavo.load.pass.NormWeights fixed(String name, NormWeights norm) {
    double[] scale = wide(norm.gamma());
    double[] shift = wide(norm.beta());
    double[] meanSquares = wide(norm.meanSquares());
    if (scale == null || shift == null || meanSquares == null) {
      throw new IllegalStateException(name + " was folded already");
    }
    return io.octavo.load.pass.NormWeights.powerNorm(
        name, scale, shift, meanSquares, norms.groups(), norms.epsilon());
  }

  /** A norm behind the passes; null if nothing is left of it. */
  @Nullable NormWeights norm(io.octavo.load.pass.NormWeights norm) {
    NormWeights original = originals.get(norm);
    if (original != null) {
      return original;
    }
    if (norm.kind() == NormKind.FIXED && !norm.affine()) {
      return null;
    }
    double[] scale = norm.scale();
    double[] shift = norm.shift();
    float[] gamma = null;
    if (scale != null) {
      double[] stored = scale.clone();
      boolean plusOne = kind(norm) == io.octavo.model.NormKind.RMS_PLUS_ONE;
      for (int i = 0; plusOne && i < stored.length; i++) {
        stored[i] -= 1;
      }
      gamma = WideNumbers.rounded(stored);
    }
    return new NormWeights(gamma, shift == null ? null : WideNumbers.rounded(shift));
  }

  /** What a norm behind the passes is. */
  io.octavo.model.NormKind kind(io.octavo.load.pass.NormWeights norm) {
    return switch (norm.kind()) {
      case LAYER_NORM -> io.octavo.model.NormKind.LAYER;
      case RMS_NORM ->
          norms.kind() == io.octavo.model.NormKind.RMS_PLUS_ONE
              ? norms.kind()
              : io.octavo.model.NormKind.RMS;
      case COMPRESSED_RMS_NORM -> io.octavo.model.NormKind.COMPRESSED_RMS;
      case GROUP_SCALING, FIXED -> norms.kind();
    };
  }

  private static double @Nullable [] wide(float @Nullable [] values) {
    return values == null ? null : WideNumbers.of(values);
  }
}
