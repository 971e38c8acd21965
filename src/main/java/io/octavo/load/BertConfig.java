package io.octavo.load;

import io.octavo.json.JsonDocument;
import io.octavo.json.JsonOutput;
import io.octavo.model.EncoderDescriptor;
import java.io.ByteArrayInputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The {@code config.json} of a BERT encoder that came without one. */
final class BertConfig {
  private static final String FILE = "config.json";

  private BertConfig() {}

  /** The configuration from which {@link BertFamily} makes that shape. */
  static ModelConfig of(EncoderDescriptor shape) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("architectures", List.of("BertModel"));
    fields.put("hidden_act", ModelConfig.name(shape.activation()));
    fields.put("hidden_size", shape.width());
    fields.put("intermediate_size", shape.feedForwardWidth());
    fields.put("layer_norm_eps", shape.epsilon());
    fields.put("max_position_embeddings", shape.positions());
    fields.put("model_type", "bert");
    fields.put("num_attention_heads", shape.heads());
    fields.put("num_hidden_layers", shape.layers());
    fields.put("position_embedding_type", "absolute");
    fields.put("type_vocab_size", shape.tokenTypes());
    fields.put("vocab_size", shape.vocabulary());
    return new ModelConfig(
        JsonDocument.object(FILE, new ByteArrayInputStream(JsonOutput.bytes(fields))));
  }
}
