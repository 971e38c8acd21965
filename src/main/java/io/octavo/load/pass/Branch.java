package io.octavo.load.pass;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A part of a block that reads the residual stream and adds to it: attention, or the feed-forward
 * part, or both of a parallel block. What lies between its readers and its writers is no business
 * of the passes.
 *
 * @param name what messages call it
 * @param placement where its norm stands
 * @param norm the norm whose output the readers take; for {@link Placement#POST} the one behind the
 *     sum
 * @param normGain the factor of the norm's output: {@code 1 / sqrt(layer)} with LayerNorm Scaling,
 *     else 1
 * @param readers the linear layers that read the norm's output
 * @param writers the linear layers whose outputs are added to the stream
 * @param residualGain what multiplies the writers' output (LayerScale), {@code [width]}; null for
 *     nothing
 */
public record Branch(
    String name,
    Placement placement,
    NormWeights norm,
    double normGain,
    List<LinearWeights> readers,
    List<LinearWeights> writers,
    double @Nullable [] residualGain) {

  /** Keeps immutable copies of the lists. */
  public Branch(
      String name,
      Placement placement,
      NormWeights norm,
      double normGain,
      List<LinearWeights> readers,
      List<LinearWeights> writers,
      double @Nullable [] residualGain) {
    this.name = name;
    this.placement = placement;
    this.norm = norm;
    this.normGain = normGain;
    this.readers = List.copyOf(readers);
    this.writers = List.copyOf(writers);
    this.residualGain = residualGain;
  }

  /** A branch {@code x += f(norm(x))}, without any gain. */
  public static Branch preNorm(
      String name, NormWeights norm, List<LinearWeights> readers, List<LinearWeights> writers) {
    return new Branch(name, Placement.PRE, norm, 1, readers, writers, null);
  }

  Branch withNorm(NormWeights newNorm) {
    return new Branch(name, placement, newNorm, normGain, readers, writers, residualGain);
  }

  Branch withNormGainFolded() {
    return new Branch(name, placement, norm.times(normGain), 1, readers, writers, residualGain);
  }

  Branch withResidualGainFolded(UnaryOperator<LinearWeights> fold) {
    return new Branch(
        name, placement, norm, normGain, readers, writers.stream().map(fold).toList(), null);
  }

  Branch withReaders(UnaryOperator<LinearWeights> change) {
    return new Branch(
        name,
        placement,
        norm,
        normGain,
        readers.stream().map(change).toList(),
        writers,
        residualGain);
  }

  Branch withWriters(UnaryOperator<LinearWeights> change) {
    return new Branch(
        name,
        placement,
        norm,
        normGain,
        readers,
        writers.stream().map(change).toList(),
        residualGain);
  }
}
