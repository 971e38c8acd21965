package io.octavo.load;

import io.octavo.kernel.Activation;
import io.octavo.model.ClassifierWeights;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.EncoderWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a family calls an encoder's tensors: modules without {@code .weight} and {@code .bias},
 * tables in full.
 *
 * @param word word embeddings
 * @param position position embeddings
 * @param tokenType segment embeddings; null for a family without
 * @param relativeBias the table of relative position biases; null for a family without
 * @param norm the LayerNorm of the embeddings
 * @param layer the modules of a layer, by its index
 * @param classifier the modules of the head
 */
record EncoderNames(
    String word,
    String position,
    @Nullable String tokenType,
    @Nullable String relativeBias,
    String norm,
    IntFunction<Layer> layer,
    Classifier classifier) {

  /** The modules of a layer, as {@link EncoderWeights.Layer} lists them. */
  record Layer(
      String query,
      String key,
      String value,
      String attentionOutput,
      String attentionNorm,
      String expand,
      String contract,
      String outputNorm) {}

  /**
   * The modules of a head that classifies texts.
   *
   * @param dense the layer before the last
   * @param denseInside whether that belongs to the encoder, whose prefix its name then has
   * @param activation what follows it
   * @param output the last layer
   */
  record Classifier(String dense, boolean denseInside, Activation activation, String output) {}

  /**
   * The tensors of an encoder.
   *
   * @throws io.octavo.error.CheckpointException if one is missing or of another shape
   */
  EncoderWeights weights(TensorRoles tensors, EncoderDescriptor shape) {
    int width = shape.width();
    int feedForwardWidth = shape.feedForwardWidth();
    List<EncoderWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers(); i++) {
      Layer names = layer.apply(i);
      layers.add(
          new EncoderWeights.Layer(
              tensors.linear(names.query, width, width),
              tensors.linear(names.key, width, width),
              tensors.linear(names.value, width, width),
              tensors.linear(names.attentionOutput, width, width),
              tensors.norm(names.attentionNorm, width),
              tensors.linear(names.expand, feedForwardWidth, width),
              tensors.linear(names.contract, width, feedForwardWidth),
              tensors.norm(names.outputNorm, width)));
    }
    return new EncoderWeights(
        tensors.matrix(word, shape.vocabulary(), width),
        tensors.matrix(position, shape.positionRows(), width),
        tokenType == null ? null : tensors.matrix(tokenType, shape.tokenTypes(), width),
        relativeBias == null
            ? null
            : tensors.matrix(relativeBias, shape.relativeBuckets(), shape.heads()),
        tensors.norm(norm, width),
        List.copyOf(layers));
  }

  /**
   * What is found in a checkpoint.
   *
   * @param config its configuration, which says whether a head in it is one that classifies texts
   * @param shape the shape that it asks for
   */
  EncoderCheckpoint read(Checkpoint checkpoint, ModelConfig config, EncoderDescriptor shape) {
    TensorRoles tensors = TensorRoles.of(checkpoint, word);
    EncoderWeights weights = weights(tensors, shape);
    ClassifierWeights head = config.classifies() ? classifier(tensors, shape.width()) : null;
    EncoderForm form = EncoderForm.of(config, this, tensors.prefix());
    return new EncoderCheckpoint(shape, weights, head, form, tensors.ignored());
  }

  private @Nullable ClassifierWeights classifier(TensorRoles tensors, int width) {
    TensorRoles beside = tensors.beside();
    TensorRoles inner = classifier.denseInside ? tensors : beside;
    String output = classifier.output + ".weight";
    if (!beside.has(output) || !inner.has(classifier.dense + ".weight")) {
      return null;
    }
    return new ClassifierWeights(
        inner.linear(classifier.dense, width, width),
        classifier.activation,
        beside.linear(classifier.output, beside.rows(output), width));
  }
}
