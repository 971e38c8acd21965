package io.octavo.load;

import io.octavo.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a loaded encoder is written again: what its tensors are called, and its {@code config.json}.
 * Holds none of the checkpoint's memory.
 */
public final class EncoderForm {
  private static final String ARCHITECTURES = "architectures";
  private static final String BASE = "Model";

  private final ModelConfig config;
  private final EncoderNames names;
  private final String prefix;

  private EncoderForm(ModelConfig config, EncoderNames names, String prefix) {
    this.config = config;
    this.names = names;
    this.prefix = prefix;
  }

  /**
   * The form of a model.
   *
   * @param prefix what precedes the names of the encoder's tensors where it is part of another
   *     model
   */
  static EncoderForm of(ModelConfig config, EncoderNames names, String prefix) {
    return new EncoderForm(config, names, prefix);
  }

  /** What the tensors are called. */
  EncoderNames names() {
    return names;
  }

  /**
   * What precedes the names of the encoder's tensors.
   *
   * @param classifies whether there is a head beside it
   */
  String prefix(boolean classifies) {
    return classifies ? prefix : "";
  }

  /** The {@code config.json} that the model was loaded with. */
  JsonValue config() {
    return config.json();
  }

  /**
   * The fields of the {@code config.json} of a model like this one.
   *
   * @param classifies whether there is a head beside the encoder; the classes' names are then kept,
   *     and are else those of the encoder alone
   */
  Map<String, @Nullable Object> fields(boolean classifies) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>(config.json().fields());
    fields.put("model_type", config.type());
    if (!classifies && config.json().find(ARCHITECTURES) != null) {
      fields.put(ARCHITECTURES, config.architectures().stream().map(EncoderForm::base).toList());
    }
    return fields;
  }

  /** {@code BertModel} for {@code BertForSequenceClassification}. */
  private static String base(String architecture) {
    int head = architecture.indexOf("For", 1);
    return head < 0 ? architecture : architecture.substring(0, head) + BASE;
  }

  /** The modules of the head that classifies texts, by their full names. */
  List<String> headModules() {
    EncoderNames.Classifier head = names.classifier();
    return List.of(head.denseInside() ? prefix + head.dense() : head.dense(), head.output());
  }
}
