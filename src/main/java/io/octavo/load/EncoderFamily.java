package io.octavo.load;

import io.octavo.error.UnsupportedModelException;
import io.octavo.model.EncoderDescriptor;
import java.util.Map;
import java.util.TreeSet;

/** A family of encoders in Hugging Face checkpoints: names to roles, configuration to a shape. */
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

  /** What the family calls its tensors. */
  EncoderNames names();

  /**
   * The shape of a model.
   *
   * @throws UnsupportedModelException if the configuration asks for something that is not served
   * @throws io.octavo.error.CheckpointException if it contradicts itself
   */
  EncoderDescriptor descriptor(ModelConfig config);

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
    config.refuseUnserved();
    return family;
  }
}
