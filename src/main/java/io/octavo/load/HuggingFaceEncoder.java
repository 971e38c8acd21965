package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.json.JsonDocument;
import java.io.IOException;
import java.io.InputStream;

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
   * @throws CheckpointException if a file is missing or damaged, or a tensor is missing or of a
   *     shape that contradicts the configuration
   */
  public static EncoderCheckpoint read(
      ModelSource source, String configuration, Checkpoint checkpoint) {
    ModelConfig config = config(source, configuration);
    return EncoderFamily.of(config).read(config, checkpoint);
  }

  private static ModelConfig config(ModelSource source, String configuration) {
    String place = source.place(configuration);
    try (InputStream stream = source.open(configuration)) {
      return new ModelConfig(JsonDocument.object(place, stream));
    } catch (IOException exception) {
      throw new CheckpointException(place, "", "cannot be read: " + exception, exception);
    }
  }
}
