package io.octavo.load;

import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderWeights;

/** A family of decoders in Hugging Face checkpoints: names to roles, configuration to a shape. */
interface DecoderFamily {
  /** The end of a name that one tensor of every such model has, the word embeddings'. */
  String marker();

  /**
   * The shape of a model.
   *
   * @throws io.octavo.error.UnsupportedModelException if the configuration asks for something that
   *     is not served
   * @throws io.octavo.error.CheckpointException if it contradicts itself
   */
  DecoderDescriptor descriptor(ModelConfig config);

  /**
   * The shape of a model whose configuration leaves some of it to the names of its tensors.
   *
   * @param shape what the configuration says
   * @throws io.octavo.error.CheckpointException if the tensors contradict it
   */
  default DecoderDescriptor completed(
      DecoderDescriptor shape, ModelConfig config, TensorRoles tensors) {
    return shape;
  }

  /**
   * The tensors of a model.
   *
   * @throws io.octavo.error.CheckpointException if one is missing or of another shape
   */
  DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape);

  /** Whether a model of the family is the same with code beside it, which is then not needed. */
  default boolean needsNoCode() {
    return false;
  }
}
