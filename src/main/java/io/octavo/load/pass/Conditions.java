package io.octavo.load.pass;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What several passes ask of a model. Each answers with a reason, or null. */
final class Conditions {
  private Conditions() {}

  /** Every linear layer of the model. */
  static List<LinearWeights> linears(ResidualModel model) {
    List<LinearWeights> result = new ArrayList<>(model.projections());
    for (Branch branch : model.branches()) {
      result.addAll(branch.readers());
      result.addAll(branch.writers());
    }
    result.add(model.head());
    return result;
  }

  /** Every norm of the model. */
  static List<NormWeights> norms(ResidualModel model) {
    List<NormWeights> result = new ArrayList<>();
    if (model.embeddingNorm() != null) {
      result.add(model.embeddingNorm());
    }
    model.branches().forEach(branch -> result.add(branch.norm()));
    if (model.finalNorm() != null) {
      result.add(model.finalNorm());
    }
    return result;
  }

  /** Weights have to be those of a forward pass, and none of them quantized. */
  static @Nullable String plainWeights(ResidualModel model) {
    for (LinearWeights layer : linears(model)) {
      if (layer.reparametrization() != null) {
        return layer.name() + " is still reparametrized; its weights have to be computed first";
      }
      if (layer.weight().quantized()) {
        return layer.name() + " is quantized; its codes would no longer match";
      }
    }
    for (EmbeddingWeights embedding : model.embeddings()) {
      if (embedding.rows().quantized()) {
        return embedding.name() + " is quantized; its codes would no longer match";
      }
    }
    return null;
  }

  /** All branches have to be pre-norm. */
  static @Nullable String preNorm(ResidualModel model) {
    for (Branch branch : model.branches()) {
      if (branch.placement() == Placement.SANDWICH) {
        return branch.name()
            + " is a sandwich: the norm of its output adds vectors to the stream whose mean is not"
            + " zero";
      }
      if (branch.placement() != Placement.PRE) {
        return branch.name()
            + " is "
            + branch.placement().title()
            + ": the output of "
            + branch.norm().name()
            + " feeds the stream, and its mean is not zero";
      }
    }
    return null;
  }

  /** Gains have to be folded. */
  static @Nullable String noGains(ResidualModel model) {
    for (Branch branch : model.branches()) {
      if (branch.residualGain() != null) {
        return branch.name() + " has a gain on its output, which has to be folded first";
      }
      if (branch.normGain() != 1) {
        return branch.name() + " has a factor on its norm, which has to be folded first";
      }
    }
    return null;
  }

  /** The first reason there is. */
  static @Nullable String first(@Nullable String... reasons) {
    for (String reason : reasons) {
      if (reason != null) {
        return reason;
      }
    }
    return null;
  }
}
