package io.octavo.load.pass;

import org.jspecify.annotations.Nullable;

/**
 * Pre-LN to Pre-RMSNorm (Jiang, Gu, Zhu and Pan, "Pre-RMSNorm and Pre-CRMSNorm Transformers:
 * Equivalent and Efficient Pre-LN Transformers", arXiv:2305.14858): everything that writes to the
 * residual stream is centred, so that its mean is zero and its variance the mean of squares. Then
 * LayerNorm is RMSNorm with the same weights and the same epsilon.
 */
public final class LayerNormToRmsNorm implements WeightPass {
  /** The pass; it has no options. */
  public LayerNormToRmsNorm() {}

  @Override
  public String title() {
    return "LayerNorm to RMSNorm";
  }

  @Override
  public PassStage stage() {
    return PassStage.CENTRE;
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
      if (norm.kind() == NormKind.RMS_NORM || norm.kind() == NormKind.COMPRESSED_RMS_NORM) {
        return norm.name()
            + " is "
            + norm.kind().title()
            + " already: with a stream whose mean is not zero, it is not LayerNorm";
      }
      if (norm.kind() != NormKind.LAYER_NORM) {
        return norm.name() + " is " + norm.kind().title() + ", not LayerNorm";
      }
    }
    NormWeights first = model.embeddingNorm();
    if (first != null && first.affine()) {
      return first.name() + " feeds the stream with vectors whose mean is not zero";
    }
    NormWeights last = model.finalNorm();
    if (last == null) {
      return model.head().name() + " reads the stream without a norm, whose mean it sees";
    }
    if (model.tied() && !last.keepsZeroMean()) {
      return "the head is tied to the embedding: one is centred and the other is not; untie it"
          + " first";
    }
    return Conditions.first(Conditions.noGains(model), Conditions.plainWeights(model));
  }

  @Override
  public ResidualModel apply(ResidualModel model, ChangeLog log) {
    // A tied head came through refusal() only where its input has zero mean: then the mean of a
    // row of it multiplies zero, and the head stays the centred embedding.
    LinearWeights head =
        model.tied()
            ? model.head().with(Centring.rows(model.head().weight()), model.head().bias())
            : model.head();
    return model
        .withBeginning(
            embedding -> {
              log.changed(embedding.name(), "rows centred");
              return new EmbeddingWeights(embedding.name(), Centring.rows(embedding.rows()));
            },
            layer -> centred(layer, log))
        .withBranches(branch -> branch.withWriters(layer -> centred(layer, log)))
        .withNorms(
            norm -> {
              log.changed(norm.name(), "RMSNorm instead of LayerNorm");
              return norm.as(NormKind.RMS_NORM);
            })
        .withHead(head)
        .withState(model.width(), model.tied(), true);
  }

  private static LinearWeights centred(LinearWeights layer, ChangeLog log) {
    log.changed(layer.name(), "outputs centred");
    return Centring.writer(layer);
  }
}
