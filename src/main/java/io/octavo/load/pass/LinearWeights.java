package io.octavo.load.pass;

import org.jspecify.annotations.Nullable;

/**
 * A linear layer, {@code y = W x + b}.
 *
 * @param name what messages and the report call it
 * @param weight {@code [outputs, inputs]}, as stored
 * @param bias {@code [outputs]}, or null for none
 * @param reparametrization what makes the weights of a forward pass from the stored ones; null
 *     where they are the same
 */
public record LinearWeights(
    String name,
    Weights weight,
    double @Nullable [] bias,
    @Nullable Reparametrization reparametrization) {

  /** Refuses a bias of another length. */
  public LinearWeights(
      String name,
      Weights weight,
      double @Nullable [] bias,
      @Nullable Reparametrization reparametrization) {
    if (bias != null && bias.length != weight.rows()) {
      throw new IllegalArgumentException(
          name + " has " + weight.rows() + " outputs and " + bias.length + " biases");
    }
    this.name = name;
    this.weight = weight;
    this.bias = bias;
    this.reparametrization = reparametrization;
  }

  /** A layer whose weights are what they are. */
  public static LinearWeights of(String name, Weights weight, double @Nullable [] bias) {
    return new LinearWeights(name, weight, bias, null);
  }

  /** This layer with other numbers, which are what a forward pass uses. */
  LinearWeights with(Weights newWeight, double @Nullable [] newBias) {
    return new LinearWeights(name, newWeight, newBias, null);
  }
}
