package io.octavo.kernel;

import java.util.Arrays;

/**
 * What machine code for activations has to pass before it serves: a few numbers of every size,
 * compared with the scalar definition, to the bit.
 */
final class ActivationTrial {
  private static final float[] NUMBERS = {
    0f,
    -0f,
    0.1f,
    -0.3f,
    0.7f,
    -1.1f,
    1.9f,
    -2.6f,
    3.4f,
    -5.3f,
    8.2f,
    -9.4f,
    11.7f,
    -12.95f,
    14f,
    -44f,
    87.4f,
    -87.6f,
    3e4f,
    -2e9f,
    1e-20f,
    -1e-39f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    -Float.MAX_VALUE
  };

  private ActivationTrial() {}

  /** What differs first, or nothing. */
  static String difference(ActivationKernel kernel) {
    ActivationKernel scalar = new ScalarActivation();
    for (Activation activation : Activation.values()) {
      if (!Arrays.equals(values(kernel, activation), values(scalar, activation))) {
        return activation + " differs from the scalar one";
      }
      if (!Arrays.equals(gated(kernel, activation), gated(scalar, activation))) {
        return activation + " of a gate differs from the scalar one";
      }
    }
    return "";
  }

  private static float[] values(ActivationKernel kernel, Activation activation) {
    float[] x = NUMBERS.clone();
    kernel.apply(activation, x, 0, x.length);
    return x;
  }

  private static float[] gated(ActivationKernel kernel, Activation activation) {
    float[] gate = NUMBERS.clone();
    float[] up = new float[gate.length];
    for (int i = 0; i < up.length; i++) {
      up[i] = (i * 5 % 11 - 5) / 3f;
    }
    kernel.applyGated(activation, gate, 0, up, 0, up.length);
    return gate;
  }
}
