package io.octavo.load.pass;

/**
 * What makes the weights that a forward pass uses from those that a checkpoint stores. All of them
 * are exact: the checkpoint's own model computes the same in each forward pass.
 */
public sealed interface Reparametrization
    permits SigmaReparam, WeightStandardization, ScaledWeightStandardization, WeightCompander {
  /**
   * The weights of a forward pass.
   *
   * @param stored {@code [outputs, inputs]}; a convolution's kernels are inputs, too
   * @throws IllegalArgumentException if the parameters are not of these weights' shape
   * @throws io.octavo.error.InvalidInputException if these weights have none
   */
  Weights effective(Weights stored);
}
