package io.octavo.load.pass;

import org.jspecify.annotations.Nullable;

/**
 * Gains of branches go into the weights beside them: LayerScale into the layers that write, the
 * {@code 1 / sqrt(layer)} of LayerNorm Scaling ("The Curse of Depth in Large Language Models",
 * arXiv:2502.05795) into the weights of the norm.
 */
public final class GainFolding implements WeightPass {
  /** The pass; it has no options. */
  public GainFolding() {}

  /** The factor of LayerNorm Scaling for the norms of layer {@code layer}, counted from 1. */
  public static double layerNormScaling(int layer) {
    if (layer < 1) {
      throw new IllegalArgumentException("Layers are counted from 1, not from " + layer);
    }
    return 1 / Math.sqrt(layer);
  }

  @Override
  public String title() {
    return "folding of gains";
  }

  @Override
  public PassStage stage() {
    return PassStage.FOLD;
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
    return model.withBranches(branch -> fold(branch, log));
  }

  private static Branch fold(Branch branch, ChangeLog log) {
    Branch result = branch;
    if (branch.normGain() != 1) {
      log.changed(branch.norm().name(), "times " + branch.normGain());
      result = result.withNormGainFolded();
    }
    double[] gain = branch.residualGain();
    if (gain != null) {
      result =
          result.withResidualGainFolded(
              layer -> {
                log.changed(layer.name(), "outputs times the branch's gain");
                return Folding.intoPrevious(layer, gain, null);
              });
    }
    return result;
  }
}
