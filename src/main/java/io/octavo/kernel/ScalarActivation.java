package io.octavo.kernel;

/**
 * The written definition of {@link ActivationKernel}, element by element.
 *
 * <p>The functions of the form {@code x * F(x)}, where {@code F} rises from 0 to 1 and {@code F(x)
 * + F(-x) = 1}, are computed as {@code max(x, 0) - |x| * F(-|x|)}: exact far out on the right,
 * without cancellation on the left.
 */
public final class ScalarActivation implements ActivationKernel {
  /** Larger magnitudes count as this one where a sigmoid is 0 or 1 anyway. */
  public static final float SIGMOID_LIMIT = 128f;

  /** {@code 2 sqrt(2 / pi)}: GELU by tanh is {@code x * sigmoid(this * x + ...)}. */
  public static final float GELU_TANH_LINEAR = (float) (2 * 0.7978845608028654);

  /** {@code 0.044715 * 2 sqrt(2 / pi)}. */
  public static final float GELU_TANH_CUBIC = (float) (2 * 0.7978845608028654 * 0.044715);

  /** The factor of {@link Activation#QUICK_GELU}. */
  public static final float QUICK_GELU_LINEAR = 1.702f;

  /** The kernel; it has no state. */
  public ScalarActivation() {}

  @Override
  public void apply(Activation activation, float[] x, int offset, int count) {
    for (int i = offset; i < offset + count; i++) {
      x[i] = of(activation, x[i]);
    }
  }

  @Override
  public void applyGated(
      Activation activation, float[] gate, int gateOffset, float[] up, int upOffset, int count) {
    for (int i = 0; i < count; i++) {
      gate[gateOffset + i] = of(activation, gate[gateOffset + i]) * up[upOffset + i];
    }
  }

  /** {@code activation(x)}. */
  public static float of(Activation activation, float x) {
    return switch (activation) {
      case GELU_ERF -> geluErf(x);
      case GELU_TANH -> timesSigmoid(x, GELU_TANH_LINEAR, GELU_TANH_CUBIC);
      case QUICK_GELU -> timesSigmoid(x, QUICK_GELU_LINEAR, 0f);
      case SILU -> timesSigmoid(x, 1f, 0f);
      case RELU -> relu(x);
      case RELU_SQUARED -> relu(x) * relu(x);
      case SIGMOID -> sigmoid(x);
      case TANH -> RationalTanh.of(x);
    };
  }

  private static float relu(float x) {
    return x < 0f ? 0f : x;
  }

  private static float geluErf(float x) {
    float a = Math.abs(x);
    a = a > NormalTail.LARGEST ? NormalTail.BEYOND : a;
    return Math.fma(-a, NormalTail.of(a), relu(x));
  }

  /** {@code x * sigmoid(linear * x + cubic * x^3)}, with {@code linear} of at least 1. */
  private static float timesSigmoid(float x, float linear, float cubic) {
    float a = Math.abs(x);
    a = a > SIGMOID_LIMIT ? SIGMOID_LIMIT : a;
    float e = ExtendedExp.decay(-a * Math.fma(a * a, cubic, linear));
    return Math.fma(-a, e / (1f + e), relu(x));
  }

  private static float sigmoid(float x) {
    float a = Math.abs(x);
    a = a > SIGMOID_LIMIT ? SIGMOID_LIMIT : a;
    float e = ExtendedExp.decay(-a);
    float tail = e / (1f + e);
    return x < 0f ? tail : 1f - tail;
  }
}
