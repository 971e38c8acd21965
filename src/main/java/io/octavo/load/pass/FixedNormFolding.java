package io.octavo.load.pass;

import org.jspecify.annotations.Nullable;

/**
 * PowerNorm ("PowerNorm: Rethinking Batch Normalization in Transformers", arXiv:2003.07845),
 * Unified Normalization and BatchNorm at inference are fixed maps of single features: they go into
 * the linear layers that read them. PowerNorm's group scaling remains. A final norm before a tied
 * head stays as it is, because the head's weights are the embedding's.
 */
public final class FixedNormFolding implements WeightPass {
  /** The pass; it has no options. */
  public FixedNormFolding() {}

  @Override
  public String title() {
    return "folding of fixed norms";
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
    for (Branch branch : model.branches()) {
      if (!fixed(branch.norm())) {
        return branch.norm().name()
            + " is "
            + branch.norm().kind().title()
            + ", which depends on the token";
      }
      if (branch.placement().normFeedsStream()) {
        return branch.name()
            + " is "
            + branch.placement().title()
            + ": the output of "
            + branch.norm().name()
            + " also feeds the stream, so it has more than one reader";
      }
      if (branch.normGain() != 1) {
        return branch.name() + " has a factor on its norm, which has to be folded first";
      }
    }
    return Conditions.plainWeights(model);
  }

  private static boolean fixed(NormWeights norm) {
    return norm.kind() == NormKind.FIXED || norm.kind() == NormKind.GROUP_SCALING;
  }

  @Override
  public ResidualModel apply(ResidualModel model, ChangeLog log) {
    ResidualModel folded = model.withBranches(branch -> NormWeightFolding.fold(branch, log));
    NormWeights last = model.finalNorm();
    if (last == null || model.tied() || !fixed(last)) {
      return folded;
    }
    log.changed(last.name(), "folded into " + model.head().name());
    return folded.withEnd(
        last.withoutAffine(), Folding.intoNext(model.head(), last.scale(), last.shift()));
  }
}
