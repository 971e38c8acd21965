package io.octavo.kernel;

import java.util.Objects;

/**
 * The element-wise functions between linear layers, in float32.
 *
 * <p>Over all floats each is within {@code 2e-6 * |result| + 1e-7} of its exact value (measured: a
 * seventh of that). Measured in units of {@code max(1, |x|)}: GELU 6.5e-8, GELU by tanh 7.7e-8,
 * quick GELU 7.3e-8, SiLU 7.2e-8, sigmoid 9.2e-8, tanh 1.5e-7; the ReLUs are exact to rounding. NaN
 * gives NaN, and infinities the limits.
 */
public enum Activation {
  /** {@code x / 2 * (1 + erf(x / sqrt 2))}. */
  GELU_ERF,
  /** {@code x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))}. */
  GELU_TANH,
  /** {@code x * sigmoid(1.702 x)}. */
  QUICK_GELU,
  /** {@code x * sigmoid(x)}. */
  SILU,
  /** {@code max(x, 0)}. */
  RELU,
  /** {@code max(x, 0)^2}. */
  RELU_SQUARED,
  /** {@code 1 / (1 + exp(-x))}. */
  SIGMOID,
  /** The hyperbolic tangent. */
  TANH;

  /** {@code x[i] = activation(x[i])} for the whole array. */
  public void apply(float[] x) {
    apply(x, 0, x.length);
  }

  /**
   * {@code x[i] = activation(x[i])} for {@code count} elements from {@code offset}.
   *
   * @throws IndexOutOfBoundsException if the range is not within the array
   */
  public void apply(float[] x, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, x.length);
    Kernels.activation().apply(this, x, offset, count);
  }
}
