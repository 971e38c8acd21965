package io.octavo.model;

import io.octavo.kernel.ActivationKernel;
import io.octavo.kernel.Kernels;
import io.octavo.softmax.Softmax;
import java.util.List;

/** Runs a decoder's feed-forward parts. */
final class FeedForwardRunner {
  private final DecoderDescriptor.FeedForwardShape shape;
  private final int width;
  private final ActivationKernel activation = Kernels.activation();

  /**
   * A runner.
   *
   * @param shape of all feed-forward parts, and of each expert
   * @param width features of a token
   */
  FeedForwardRunner(DecoderDescriptor.FeedForwardShape shape, int width) {
    this.shape = shape;
    this.width = width;
  }

  /** {@code y = part(input)} for the tokens of a pass, {@code [tokens, width]} both. */
  void run(FeedForward part, LayerInput input, float[] y, DecoderPass pass) {
    switch (part) {
      case FeedForward.Dense dense -> dense(dense, input, pass.tokens(), y, pass);
      case FeedForward.Experts experts -> experts(experts, input, y, pass);
      case FeedForward.Parameters parameters ->
          parameters
              .attention()
              .forward(input.preparation(), input.rows(), pass.tokens(), y, pass.workspace());
    }
  }

  private void dense(
      FeedForward.Dense part, LayerInput input, int rows, float[] y, DecoderPass pass) {
    part.expand()
        .forward(input.preparation(), input.rows(), rows, pass.expanded(), pass.workspace());
    LayerInput activated = activated(pass);
    part.contract().forward(activated.preparation(), activated.rows(), rows, y, pass.workspace());
  }

  private LayerInput activated(DecoderPass pass) {
    int inner = shape.width();
    float[] expanded = pass.expanded();
    if (!shape.gated()) {
      return new LayerInput(
          expanded,
          (first, count) ->
              activation.apply(shape.activation(), expanded, first * inner, count * inner));
    }
    float[] gated = pass.gated();
    return new LayerInput(
        gated,
        (first, count) -> {
          for (int row = first; row < first + count; row++) {
            int gate = row * 2 * inner;
            int up = gate + inner;
            activation.applyGated(shape.activation(), expanded, gate, expanded, up, inner);
            System.arraycopy(expanded, gate, gated, row * inner, inner);
          }
        });
  }

  /** Each expert runs the tokens that chose it, together; no other token changes a result. */
  private void experts(FeedForward.Experts part, LayerInput input, float[] y, DecoderPass pass) {
    float[] x = input.rows();
    int tokens = pass.tokens();
    List<FeedForward.Dense> experts = part.experts();
    float[] probabilities = new float[tokens * experts.size()];
    part.router().forward(input.preparation(), x, tokens, probabilities, pass.workspace());
    int[] chosen = new int[tokens];
    for (int token = 0; token < tokens; token++) {
      int first = token * experts.size();
      for (int expert = 1; expert < experts.size(); expert++) {
        if (probabilities[first + expert] > probabilities[first + chosen[token]]) {
          chosen[token] = expert;
        }
      }
      Softmax.auto(probabilities, first, experts.size(), probabilities, first);
    }
    float[] inputs = new float[tokens * width];
    float[] outputs = new float[tokens * width];
    for (int expert = 0; expert < experts.size(); expert++) {
      int rows = 0;
      for (int token = 0; token < tokens; token++) {
        if (chosen[token] == expert) {
          System.arraycopy(x, token * width, inputs, rows++ * width, width);
        }
      }
      if (rows == 0) {
        continue;
      }
      dense(experts.get(expert), LayerInput.of(inputs), rows, outputs, pass);
      for (int token = 0, row = 0; token < tokens; token++) {
        if (chosen[token] == expert) {
          float probability = probabilities[token * experts.size() + expert];
          for (int i = 0; i < width; i++) {
            y[token * width + i] = probability * outputs[row * width + i];
          }
          row++;
        }
      }
    }
  }
}
