package io.octavo.load.pass;

import org.jspecify.annotations.Nullable;

/**
 * The head keeps its weights while the embedding, whose they are, changes. It costs the head's
 * memory. Nothing happens to a head that has weights of its own.
 */
public final class HeadUntying implements WeightPass {
  /** The pass; it has no options. */
  public HeadUntying() {}

  @Override
  public String title() {
    return "untying of the head";
  }

  @Override
  public PassStage stage() {
    return PassStage.UNTIE;
  }

  @Override
  public boolean exact() {
    return true;
  }

  @Override
  public @Nullable String refusal(ResidualModel model) {
    return Conditions.plainWeights(model);
  }

  @Override
  public ResidualModel apply(ResidualModel model, ChangeLog log) {
    if (!model.tied()) {
      return model;
    }
    log.changed(model.head().name(), "has weights of its own");
    return model.withState(model.width(), false, model.zeroMean());
  }
}
