package io.octavo.layer;

import io.octavo.quantize.RowPreparation;
import java.util.List;
import java.util.Objects;

/**
 * Attention of a token to tokens that are parameters, "Pattention", which TokenFormer (Wang et al.,
 * arXiv:2410.23168) has in place of a linear layer: {@code scores(x K') V}. Several with the same
 * input stand beside each other, as queries, keys and values do: their keys are on top of each
 * other in one layer, and their results follow each other in an output.
 */
public final class ParameterAttention implements Linear {
  private final Linear keys;
  private final List<Part> parts;
  private final int outputs;

  /**
   * One of those that stand beside each other.
   *
   * @param scores what becomes of its scores
   * @param values from its slots to its outputs
   */
  public record Part(ParameterScores scores, Linear values) {}

  private ParameterAttention(Linear keys, List<Part> parts, int outputs) {
    this.keys = keys;
    this.parts = parts;
    this.outputs = outputs;
  }

  /**
   * The layer.
   *
   * @param keys from the input to the scores of all parts, one part's after the other's
   * @param parts the parts, in the order of their outputs
   * @throws IllegalArgumentException if the parts have other slots together than the keys have
   *     scores
   */
  public static ParameterAttention of(Linear keys, List<Part> parts) {
    int slots = 0;
    int outputs = 0;
    for (Part part : parts) {
      slots += part.values.inputs();
      outputs += part.values.outputs();
    }
    if (slots != keys.outputs()) {
      throw new IllegalArgumentException(
          "Keys of " + keys.outputs() + " slots for values of " + slots);
    }
    return new ParameterAttention(keys, List.copyOf(parts), outputs);
  }

  @Override
  public int inputs() {
    return keys.inputs();
  }

  @Override
  public int outputs() {
    return outputs;
  }

  /** The layer of the keys. */
  public Linear keys() {
    return keys;
  }

  /** The parts. */
  public List<Part> parts() {
    return parts;
  }

  @Override
  public void forward(
      RowPreparation preparation, float[] x, int rows, float[] y, Workspace workspace) {
    Objects.checkFromIndexSize(0, rows * outputs, y.length);
    int slots = keys.outputs();
    float[] scores = workspace.scores(rows * slots);
    keys.forward(preparation, x, rows, scores, workspace);
    int firstSlot = 0;
    int firstOutput = 0;
    for (Part part : parts) {
      int width = part.values.outputs();
      float[] weights = workspace.slotWeights(rows * part.values.inputs());
      float[] result = parts.size() == 1 ? y : workspace.slotSums(rows * width);
      RowPreparation weighing = weighing(part, scores, firstSlot, weights);
      part.values.forward(weighing, weights, rows, result, workspace);
      for (int row = 0; parts.size() > 1 && row < rows; row++) {
        System.arraycopy(result, row * width, y, row * outputs + firstOutput, width);
      }
      firstSlot += part.values.inputs();
      firstOutput += width;
    }
  }

  /** What a part's values are multiplied by, from its columns of the scores. */
  private RowPreparation weighing(Part part, float[] scores, int firstSlot, float[] weights) {
    int slots = part.values.inputs();
    return (first, count) -> {
      for (int row = first; row < first + count; row++) {
        int from = row * keys.outputs() + firstSlot;
        System.arraycopy(scores, from, weights, row * slots, slots);
        part.scores.apply(weights, row * slots, slots);
      }
    };
  }
}
