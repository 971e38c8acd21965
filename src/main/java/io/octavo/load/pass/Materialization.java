package io.octavo.load.pass;

import io.octavo.error.InvalidInputException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reparametrized weights become those of a forward pass: sigmaReparam, weight standardization,
 * scaled weight standardization, Weight Compander.
 */
public final class Materialization implements WeightPass {
  /** The pass; it has no options. */
  public Materialization() {}

  @Override
  public String title() {
    return "materialization of reparametrized weights";
  }

  @Override
  public PassStage stage() {
    return PassStage.MATERIALIZE;
  }

  @Override
  public boolean exact() {
    return true;
  }

  @Override
  public @Nullable String refusal(ResidualModel model) {
    for (LinearWeights layer : Conditions.linears(model)) {
      if (layer.reparametrization() != null && layer.weight().quantized()) {
        return layer.name() + " is quantized, and reparametrized afterwards";
      }
    }
    if (model.tied() && model.head().reparametrization() != null) {
      return model.head().name() + " is reparametrized and tied to the embedding";
    }
    return null;
  }

  @Override
  public ResidualModel apply(ResidualModel model, ChangeLog log) {
    UnaryOperator<LinearWeights> materialize =
        layer -> {
          Reparametrization reparametrization = layer.reparametrization();
          if (reparametrization == null) {
            return layer;
          }
          log.changed(layer.name(), reparametrization.getClass().getSimpleName() + " computed");
          return layer.with(effective(layer, reparametrization), layer.bias());
        };
    return model
        .withBeginning(embedding -> embedding, materialize)
        .withBranches(branch -> branch.withReaders(materialize).withWriters(materialize))
        .withEnd(model.finalNorm(), materialize.apply(model.head()));
  }

  private static Weights effective(LinearWeights layer, Reparametrization reparametrization) {
    try {
      return reparametrization.effective(layer.weight());
    } catch (InvalidInputException exception) {
      throw new InvalidInputException(layer.name() + ": " + exception.getMessage());
    }
  }
}
