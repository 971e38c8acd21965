package io.octavo.load;

import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderWeights;

/** Decoders in the files that the transformers library saves: {@code config.json} and tensors. */
public final class HuggingFaceDecoder {
  private HuggingFaceDecoder() {}

  /**
   * Finds the decoder.
   *
   * @param source the model's files
   * @param configuration the name of its {@code config.json}
   * @param checkpoint its tensors
   * @throws io.octavo.error.UnsupportedModelException if it is of a type that no family serves, or
   *     asks for something that its family does not serve
   * @throws io.octavo.error.CheckpointException if a file is missing or damaged, or a tensor is
   *     missing or of a shape that contradicts the configuration
   */
  public static DecoderCheckpoint read(
      ModelSource source, String configuration, Checkpoint checkpoint) {
    ModelConfig config = new ModelConfig(ConfigurationFile.object(source, configuration));
    DecoderFamily family = DecoderFamilies.of(config);
    DecoderDescriptor shape = family.descriptor(config);
    TensorRoles tensors = TensorRoles.of(checkpoint, family.marker());
    DecoderWeights weights = family.weights(tensors, config, shape);
    return new DecoderCheckpoint(shape, weights, tensors.ignored());
  }
}
