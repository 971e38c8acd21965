package io.octavo.load.pass;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a model that read or write its residual stream; all others are no business of the
 * passes.
 *
 * @param width features of the stream
 * @param embeddings what the stream begins with; the first is that of tokens
 * @param projections linear layers that write to the stream's beginning (patches, projected
 *     embeddings)
 * @param embeddingNorm the norm of that sum; null for none
 * @param branches the parts of the blocks, in order
 * @param finalNorm the norm before the head; null for none
 * @param head reads the final norm's output; its weights are the first embedding's if it is tied
 * @param tied whether head and token embedding are one tensor
 * @param zeroMean whether all that is written to the stream has zero mean
 */
public record ResidualModel(
    int width,
    List<EmbeddingWeights> embeddings,
    List<LinearWeights> projections,
    @Nullable NormWeights embeddingNorm,
    List<Branch> branches,
    @Nullable NormWeights finalNorm,
    LinearWeights head,
    boolean tied,
    boolean zeroMean) {

  /** Keeps immutable copies of the lists. */
  public ResidualModel {
    embeddings = List.copyOf(embeddings);
    projections = List.copyOf(projections);
    branches = List.copyOf(branches);
  }

  ResidualModel withBranches(UnaryOperator<Branch> change) {
    return new ResidualModel(
        width,
        embeddings,
        projections,
        embeddingNorm,
        branches.stream().map(change).toList(),
        finalNorm,
        head,
        tied,
        zeroMean);
  }

  ResidualModel withBeginning(
      UnaryOperator<EmbeddingWeights> embedding, UnaryOperator<LinearWeights> projection) {
    return new ResidualModel(
        width,
        embeddings.stream().map(embedding).toList(),
        projections.stream().map(projection).toList(),
        embeddingNorm,
        branches,
        finalNorm,
        head,
        tied,
        zeroMean);
  }

  ResidualModel withNorms(UnaryOperator<NormWeights> change) {
    return new ResidualModel(
        width,
        embeddings,
        projections,
        embeddingNorm == null ? null : change.apply(embeddingNorm),
        branches.stream().map(branch -> branch.withNorm(change.apply(branch.norm()))).toList(),
        finalNorm == null ? null : change.apply(finalNorm),
        head,
        tied,
        zeroMean);
  }

  ResidualModel withEnd(@Nullable NormWeights newFinalNorm, LinearWeights newHead) {
    return new ResidualModel(
        width,
        embeddings,
        projections,
        embeddingNorm,
        branches,
        newFinalNorm,
        newHead,
        tied,
        zeroMean);
  }

  ResidualModel withHead(LinearWeights newHead) {
    return withEnd(finalNorm, newHead);
  }

  ResidualModel withState(int newWidth, boolean newTied, boolean newZeroMean) {
    return new ResidualModel(
        newWidth,
        embeddings,
        projections,
        embeddingNorm,
        branches,
        finalNorm,
        head,
        newTied,
        newZeroMean);
  }
}
