package io.octavo.load;

import io.octavo.layer.FloatLinear;
import io.octavo.model.ClassifierHead;
import io.octavo.model.ScoreFunction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A head that classifies texts, as the transformers library saves it: its tensors beside the
 * encoder's, in float32, and its settings among the configuration's.
 *
 * @param head the head
 * @param settings what becomes of its outputs
 * @param maxTokens where texts are cut, special tokens included
 */
public record ClassifierExport(ClassifierHead head, ClassifierSettings settings, int maxTokens)
    implements ExportPart {
  private static final String CROSS_ENCODER = "sentence_transformers";
  private static final String FUNCTION = "activation_fn";

  /** Adds the head's tensors. */
  void addTo(ExportedTensors tensors, EncoderForm form) {
    List<String> modules = form.headModules();
    FloatLinear dense = head.dense();
    if (dense != null) {
      tensors.linear(modules.getFirst(), dense);
    }
    tensors.linear(modules.getLast(), head.output());
  }

  /** Adds what a cross-encoder's scores are, where its {@code config.json} said something else. */
  void addTo(Map<String, @Nullable Object> fields, EncoderForm form) {
    ScoreFunction relevance = settings.relevance();
    if (relevance == ClassifierSettings.read(form.config()).relevance()) {
      return;
    }
    Map<String, @Nullable Object> nested = new LinkedHashMap<>();
    if (form.config().find(CROSS_ENCODER) != null) {
      nested.putAll(form.config().get(CROSS_ENCODER).fields());
    }
    nested.put(FUNCTION, TorchActivation.name(relevance));
    fields.put(CROSS_ENCODER, nested);
  }
}
