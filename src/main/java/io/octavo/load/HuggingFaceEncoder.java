package io.octavo.load;

/** Encoders in the files that the transformers library saves: {@code config.json} and tensors. */
public final class HuggingFaceEncoder {
  private HuggingFaceEncoder() {}

  /**
   * Finds the encoder.
   *
   * @param source the model's files
   * @param configuration the name of its {@code config.json}
   * @param checkpoint its tensors
   * @throws io.octavo.error.UnsupportedModelException if it is of a type that no family serves, or
   *     asks for something that its family does not serve
   * @throws io.octavo.error.CheckpointException if a file is missing or damaged, or a tensor is
   *     missing or of a shape that contradicts the configuration
   */
  public static EncoderCheckpoint read(
      ModelSource source, String configuration, Checkpoint checkpoint) {
    ModelConfig config = new ModelConfig(ConfigurationFile.object(source, configuration));
    EncoderFamily family = EncoderFamily.of(config);
    return family.names().read(checkpoint, config, family.descriptor(config));
  }
}
