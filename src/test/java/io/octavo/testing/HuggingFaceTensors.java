package io.octavo.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws the tensors of a {@link TinyHuggingFace} under the names of its base model and head. */
final class HuggingFaceTensors {
  /** Buckets of MPNet's distances; its code counts on them whatever the configuration says. */
  static final int BUCKETS = 32;

  private final TinyHuggingFace options;
  private final Random random;
  private final List<Tensor> tensors = new ArrayList<>();

  /**
   * A tensor.
   *
   * @param name its name without the base model's prefix
   * @param values its numbers
   * @param shape its sizes
   */
  record Tensor(String name, float[] values, int... shape) {}

  HuggingFaceTensors(TinyHuggingFace options) {
    this.options = options;
    this.random = new Random(options.seed);
  }

  List<Tensor> all() {
    HuggingFaceFamily family = options.family;
    int width = options.width;
    table("embeddings.word_embeddings", options.vocabulary);
    table("embeddings.position_embeddings", options.positions);
    if (family.hasTokenTypes()) {
      table("embeddings.token_type_embeddings", options.tokenTypes);
    }
    norm("embeddings.LayerNorm");
    for (int i = 0; i < options.layers; i++) {
      HuggingFaceFamily.LayerNames layer = family.layer(i);
      linear(layer.query(), width, width);
      linear(layer.key(), width, width);
      linear(layer.value(), width, width);
      linear(layer.attended(), width, width);
      norm(layer.attentionNorm());
      linear(layer.expand(), options.feedForwardWidth, width);
      linear(layer.contract(), width, options.feedForwardWidth);
      norm(layer.outputNorm());
    }
    if (family == HuggingFaceFamily.MPNET) {
      float[] biases = TinyTensors.random(random, BUCKETS * options.heads, 0);
      for (int i = 0; i < biases.length; i++) {
        // Up to 2, so that a wrong bucket shows.
        biases[i] *= 4;
      }
      tensors.add(
          new Tensor("encoder.relative_attention_bias.weight", biases, BUCKETS, options.heads));
    }
    if (options.labels == 0 ? family.hasPooler() : family == HuggingFaceFamily.BERT) {
      linear("pooler.dense", width, width);
    }
    if (options.labels > 0) {
      switch (family) {
        case BERT -> linear("classifier", options.labels, width);
        case ROBERTA, XLM_ROBERTA, MPNET -> {
          linear("classifier.dense", width, width);
          linear("classifier.out_proj", options.labels, width);
        }
        case DISTILBERT -> {
          linear("pre_classifier", width, width);
          linear("classifier", options.labels, width);
        }
      }
    }
    return tensors;
  }

  private void table(String name, int rows) {
    add(name + ".weight", 0, rows, options.width);
  }

  private void linear(String name, int outputs, int inputs) {
    add(name + ".weight", 0, outputs, inputs);
    add(name + ".bias", 0, outputs);
  }

  private void norm(String name) {
    add(name + ".weight", 1, options.width);
    add(name + ".bias", 0, options.width);
  }

  private void add(String name, int around, int... shape) {
    int count = 1;
    for (int size : shape) {
      count *= size;
    }
    tensors.add(new Tensor(name, TinyTensors.random(random, count, around), shape));
  }
}
