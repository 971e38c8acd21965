package io.octavo.load.pass;

import org.jspecify.annotations.Nullable;

/**
 * Scale and shift of all norms go into the linear layers that read them, so that norms have no
 * weights. CRMSNorm and rotations of the stream need it.
 */
public final class NormWeightFolding implements WeightPass {
  /** The pass; it has no options. */
  public NormWeightFolding() {}

  @Override
  public String title() {
    return "folding of norm weights";
  }

  @Override
  public PassStage stage() {
    return PassStage.FOLD_NORM_WEIGHTS;
  }

  @Override
  public boolean exact() {
    return true;
  }

  @Override
  public @Nullable String refusal(ResidualModel model) {
    NormWeights first = model.embeddingNorm();
    if (first != null && first.affine()) {
      return first.name() + " feeds the stream, so its weights have more than one reader";
    }
    for (Branch branch : model.branches()) {
      if (branch.placement().normFeedsStream()) {
        return branch.name()
            + " is "
            + branch.placement().title()
            + ": the output of "
            + branch.norm().name()
            + " also feeds the stream, so it has more than one reader";
      }
    }
    NormWeights last = model.finalNorm();
    if (model.tied() && last != null && last.affine()) {
      return "the head is tied to the embedding, which is not to change; untie it first";
    }
    return Conditions.first(Conditions.noGains(model), Conditions.plainWeights(model));
  }

  @Override
  public ResidualModel apply(ResidualModel model, ChangeLog log) {
    ResidualModel folded = model.withBranches(branch -> fold(branch, log));
    NormWeights last = model.finalNorm();
    if (last == null || !last.affine()) {
      return folded;
    }
    log.changed(last.name(), "folded into " + model.head().name());
    return folded.withEnd(
        last.withoutAffine(), Folding.intoNext(model.head(), last.scale(), last.shift()));
  }

  static Branch fold(Branch branch, ChangeLog log) {
    NormWeights norm = branch.norm();
    if (!norm.affine()) {
      return branch;
    }
    return branch
        .withNorm(norm.withoutAffine())
        .withReaders(
            layer -> {
              log.changed(layer.name(), norm.name() + " folded in");
              return Folding.intoNext(layer, norm.scale(), norm.shift());
            });
  }
}
