package io.octavo.kernel;

/** The element-wise functions between linear layers. */
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
  TANH
}
