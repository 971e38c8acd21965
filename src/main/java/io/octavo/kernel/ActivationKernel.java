package io.octavo.kernel;

/** Element-wise functions over a range of an array. Every implementation gives the same bits. */
public interface ActivationKernel {
  /** {@code x[i] = activation(x[i])} for {@code count} elements from {@code offset}. */
  void apply(Activation activation, float[] x, int offset, int count);

  /**
   * {@code gate[i] = activation(gate[i]) * up[i]}: the gated linear units (SwiGLU, GEGLU, ReGLU).
   */
  void applyGated(
      Activation activation, float[] gate, int gateOffset, float[] up, int upOffset, int count);
}
