package io.octavo.load;

import io.octavo.json.JsonOutput;
import io.octavo.json.JsonValue;
import io.octavo.kernel.Activation;
import io.octavo.model.SentenceHead;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the modules behind Pooling. */
final class SentenceStepFile {
  private static final String SENTENCE = "sentence_embedding";

  private SentenceStepFile() {}

  /**
   * The step that a module is; null for Dropout, which does nothing once a model is trained.
   *
   * @param inputs features of the vector before it
   */
  static @Nullable SentenceStep read(ModelSource source, SentenceModule module, int inputs) {
    return switch (module.kind()) {
      case "Dense" -> dense(source, module, inputs);
      case "LayerNorm" -> layerNorm(source, module, inputs);
      case "Normalize" -> normalize(source, module, inputs);
      case "Dropout" -> null;
      case "Pooling" -> throw module.unsupported("behind another Pooling");
      default -> throw module.unsupported();
    };
  }

  private static SentenceStep dense(ModelSource source, SentenceModule module, int inputs) {
    JsonValue config = module.config(source);
    config.allowOnly(
        "in_features",
        "out_features",
        "bias",
        "activation_function",
        "module_input_name",
        "module_output_name",
        "use_residual");
    checkNames(config);
    ConfigurationFile.expectNothing(config, "use_residual");
    checkInputs(config.get("in_features"), inputs);
    JsonValue activation = config.find("activation_function");
    return new SentenceStep.Dense(
        inputs,
        ConfigurationFile.features(config.get("out_features")),
        ConfigurationFile.bool(config, "bias", true),
        activation == null ? Activation.TANH : TorchActivation.read(activation),
        module.weights(source));
  }

  /** The settings that {@link #read} makes such a step of. */
  static byte[] bytes(SentenceHead.Dense dense) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("in_features", dense.linear().inputs());
    fields.put("out_features", dense.linear().outputs());
    fields.put("bias", dense.linear().bias() != null);
    fields.put("activation_function", TorchActivation.name(dense.activation()));
    return JsonOutput.bytes(fields);
  }

  private static SentenceStep layerNorm(ModelSource source, SentenceModule module, int inputs) {
    JsonValue config = module.config(source);
    config.allowOnly("dimension");
    checkInputs(config.get("dimension"), inputs);
    return new SentenceStep.LayerNorm(inputs, module.weights(source));
  }

  /** Its settings are newer than the module. */
  private static SentenceStep normalize(ModelSource source, SentenceModule module, int inputs) {
    // Without a folder of its own, what lies there is the model's.
    if (!module.path().isEmpty() && source.has(module.file("config.json"))) {
      JsonValue config = module.config(source);
      config.allowOnly("module_input_name", "module_output_name");
      checkNames(config);
    }
    return new SentenceStep.Normalize(inputs);
  }

  private static void checkNames(JsonValue config) {
    ConfigurationFile.expect(config, "module_input_name", SENTENCE);
    ConfigurationFile.expect(config, "module_output_name", SENTENCE);
  }

  private static void checkInputs(JsonValue field, int inputs) {
    if (ConfigurationFile.features(field) != inputs) {
      throw field.damaged(
          "is " + field.integer() + "; the module before it gives " + inputs + " features");
    }
  }
}
