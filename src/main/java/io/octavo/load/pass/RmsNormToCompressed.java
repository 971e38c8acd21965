package io.octavo.load.pass;

import org.jspecify.annotations.Nullable;

/**
 * Pre-RMSNorm to Pre-CRMSNorm (Jiang, Gu, Zhu and Pan, arXiv:2305.14858): a stream of zero mean
 * loses its last feature, which is minus the sum of the others. It becomes one feature narrower,
 * which is seldom a multiple of a vector's lanes.
 */
public final class RmsNormToCompressed implements WeightPass {
  /** The pass; it has no options. */
  public RmsNormToCompressed() {}

  @Override
  public String title() {
    return "RMSNorm to CRMSNorm";
  }

  @Override
  public PassStage stage() {
    return PassStage.COMPRESS;
  }

  @Override
  public boolean exact() {
    return true;
  }

  @Override
  public @Nullable String refusal(ResidualModel model) {
    String reason = Conditions.preNorm(model);
    if (reason != null) {
      return reason;
    }
    for (NormWeights norm : Conditions.norms(model)) {
      if (norm.kind() != NormKind.RMS_NORM) {
        return norm.name() + " is " + norm.kind().title() + ", not RMSNorm";
      }
      if (norm.affine()) {
        return norm.name() + " has weights, which have to be folded first";
      }
    }
    if (!model.zeroMean()) {
      return "the mean of the stream is not zero, so its last feature does not follow from the"
          + " others";
    }
    if (model.finalNorm() == null) {
      return model.head().name() + " reads the stream without a norm";
    }
    if (model.tied()) {
      return "the head is tied to the embedding, and they are compressed in different ways; untie"
          + " it first";
    }
    if (model.width() < 2) {
      return "a stream of one feature has none to lose";
    }
    return Conditions.first(Conditions.noGains(model), Conditions.plainWeights(model));
  }

  @Override
  public ResidualModel apply(ResidualModel model, ChangeLog log) {
    return model
        .withBeginning(
            embedding -> {
              log.changed(embedding.name(), "last feature dropped");
              return new EmbeddingWeights(
                  embedding.name(), Compression.embedding(embedding.rows()));
            },
            layer -> writer(layer, log))
        .withBranches(
            branch ->
                branch
                    .withReaders(layer -> reader(layer, log))
                    .withWriters(layer -> writer(layer, log)))
        .withNorms(NormWeights::compressed)
        .withHead(reader(model.head(), log))
        .withState(model.width() - 1, false, true);
  }

  private static LinearWeights writer(LinearWeights layer, ChangeLog log) {
    log.changed(layer.name(), "last output dropped");
    return Compression.writer(layer);
  }

  private static LinearWeights reader(LinearWeights layer, ChangeLog log) {
    log.changed(layer.name(), "last input subtracted from the others and dropped");
    return Compression.reader(layer);
  }
}
