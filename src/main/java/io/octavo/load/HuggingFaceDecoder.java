package io.octavo.load;

import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderWeights;

/**
 * Decoders in the files that the transformers library saves, {@code config.json} and tensors, and
 * in GGUF files, which are read as if they were those.
 */
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
    return read(new ModelConfig(ConfigurationFile.object(source, configuration)), checkpoint);
  }

  /**
   * Finds the decoder of a GGUF file.
   *
   * @throws io.octavo.error.UnsupportedModelException as the other
   * @throws io.octavo.error.CheckpointException as the other
   */
  public static DecoderCheckpoint read(GgufModel model) {
    return read(model.config(), model);
  }

  private static DecoderCheckpoint read(ModelConfig config, Checkpoint checkpoint) {
    DecoderFamily family = DecoderFamilies.of(config);
    DecoderDescriptor stated = family.descriptor(config);
    TensorRoles tensors = TensorRoles.of(checkpoint, family.marker());
    DecoderDescriptor shape = family.completed(stated, config, tensors);
    DecoderWeights weights = family.weights(tensors, config, shape);
    return new DecoderCheckpoint(shape, weights, tensors.changes(), tensors.ignored());
  }
}
