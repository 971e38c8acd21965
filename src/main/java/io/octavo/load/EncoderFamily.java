package io.octavo.load;

import io.octavo.error.UnsupportedModelException;
import java.util.Map;
import java.util.TreeSet;

/** Finds an encoder in a Hugging Face checkpoint: names to roles, configuration to a descriptor. */
@FunctionalInterface
interface EncoderFamily {
  /** By the {@code model_type} of {@code config.json}. */
  Map<String, EncoderFamily> BY_TYPE =
      Map.of(
          "bert", new BertFamily(),
          "roberta", new RobertaFamily(),
          "xlm-roberta", new RobertaFamily(),
          "camembert", new RobertaFamily(),
          "mpnet", new MpnetFamily(),
          "distilbert", new DistilBertFamily());

  /**
   * Finds the encoder.
   *
   * @throws UnsupportedModelException if the configuration asks for something that is not served
   * @throws io.octavo.error.CheckpointException if a tensor is missing or of another shape
   */
  EncoderCheckpoint read(ModelConfig config, Checkpoint checkpoint);

  /** The family of a model; refuses a type that none serves. */
  static EncoderFamily of(ModelConfig config) {
    EncoderFamily family = BY_TYPE.get(config.type());
    if (family == null) {
      throw new UnsupportedModelException(
          config.json().file(),
          "model_type: \""
              + config.type()
              + "\" is not supported; these are: "
              + String.join(", ", new TreeSet<>(BY_TYPE.keySet())));
    }
    config.refuseForeignCode();
    return family;
  }
}
