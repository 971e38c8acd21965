package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.json.JsonOutput;
import io.octavo.layer.Embedding;
import io.octavo.layer.FloatLinear;
import io.octavo.layer.Int8Linear;
import io.octavo.layer.Linear;
import io.octavo.layer.ParameterAttention;
import io.octavo.layer.RelativePositionBias;
import io.octavo.model.Encoder;
import io.octavo.model.EncoderParts;
import io.octavo.model.NamedLinear;
import io.octavo.quantize.LlmInt8;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a quantized model to a folder as the transformers library saves one that the reference
 * library of LLM.int8() quantized: linear layers as codes and constants (see {@link
 * ReferenceInt8}), embeddings in the type in which the model holds them, everything else in
 * float32, with {@code config.json} and the tokenizer's files.
 *
 * <p>The folder appears under its name only once it is whole and on disk; whatever fails, nothing
 * is left behind.
 *
 * @param form what tensors are called, and the configuration
 * @param encoder the encoder
 * @param tokenizer the tokenizer's files
 * @param part what is beside the encoder
 */
public record ModelExport(
    EncoderForm form, Encoder encoder, TokenizerFiles tokenizer, ExportPart part) {

  private static final String CONFIGURATION = "config.json";

  /**
   * Writes the model.
   *
   * @param folder must not be there, or be empty; the folder it is in must be there
   * @param progress told of each tensor
   * @throws IllegalStateException if the layout cannot hold the model: linear layers in floating
   *     point, or of zeropoint codes
   * @throws CheckpointException if the folder cannot be written, or somebody else made it meanwhile
   */
  public void write(Path folder, LoadProgress progress) {
    LlmInt8 options = options();
    if (part instanceof SentenceExport sentences) {
      sentences.requireWritable();
    }
    try (NewFolder target = NewFolder.of(folder)) {
      tensors(progress).write(target, SafetensorsCheckpoint.FILE);
      target.write(CONFIGURATION, JsonOutput.bytes(configuration(options)));
      target.write(TokenizerFiles.TOKENIZER, tokenizer::write);
      byte[] settings =
          part instanceof ClassifierExport classifier
              ? tokenizer.settings(classifier.maxTokens())
              : tokenizer.settings();
      if (settings != null) {
        target.write(TokenizerFiles.SETTINGS, settings);
      }
      if (part instanceof SentenceExport sentences) {
        sentences.write(target);
      }
      target.commit();
    } catch (InterruptedIOException | ClosedByInterruptException exception) {
      throw new CheckpointException(
          folder.toString(), "", "was not written, since the thread was interrupted", exception);
    } catch (IOException exception) {
      throw new CheckpointException(
          folder.toString(), "", "cannot be written: " + problem(exception), exception);
    }
  }

  private static String problem(IOException exception) {
    return exception.getClass() == IOException.class && exception.getMessage() != null
        ? exception.getMessage()
        : exception.toString();
  }

  /** How the linear layers were quantized, all of them alike. */
  private LlmInt8 options() {
    List<NamedLinear> linears = encoder.linears();
    for (NamedLinear named : linears) {
      LlmInt8 options = int8(named.linear()).options();
      if (options.scheme().zeropointWeights()) {
        throw new IllegalStateException(
            "Weights quantized by "
                + options.scheme()
                + " cannot be exported: the layout holds absmax codes; load the model with the"
                + " scheme ABSMAX_VECTOR to export it");
      }
    }
    return int8(linears.getFirst().linear()).options();
  }

  private static Int8Linear int8(Linear linear) {
    return switch (linear) {
      case Int8Linear int8 -> int8;
      case FloatLinear _, ParameterAttention _ ->
          throw new IllegalStateException(
              "Only quantized models are exported, and this one's linear layers are in floating"
                  + " point; load it with LoadOptions.withQuantization to export it");
    };
  }

  private Map<String, @Nullable Object> configuration(LlmInt8 options) {
    boolean classifies = part instanceof ClassifierExport;
    Map<String, @Nullable Object> fields = form.fields(classifies);
    if (part instanceof ClassifierExport classifier) {
      classifier.addTo(fields, form);
    }
    fields.put("quantization_config", quantization(options, classifies));
    return fields;
  }

  /** As the transformers library writes its {@code BitsAndBytesConfig}; 0 turns outliers off. */
  private Map<String, @Nullable Object> quantization(LlmInt8 options, boolean classifies) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("_load_in_4bit", false);
    fields.put("_load_in_8bit", true);
    fields.put("bnb_4bit_compute_dtype", "float32");
    fields.put("bnb_4bit_quant_storage", "uint8");
    fields.put("bnb_4bit_quant_type", "fp4");
    fields.put("bnb_4bit_use_double_quant", false);
    fields.put("llm_int8_enable_fp32_cpu_offload", false);
    fields.put("llm_int8_has_fp16_weight", false);
    // What that library would else take for int8: the head, or the pooler that it adds itself.
    fields.put("llm_int8_skip_modules", classifies ? form.headModules() : List.of("pooler"));
    fields.put("llm_int8_threshold", options.decomposes() ? options.threshold() : 0f);
    fields.put("load_in_4bit", false);
    fields.put("load_in_8bit", true);
    fields.put("quant_method", "bitsandbytes");
    return fields;
  }

  private ExportedTensors tensors(LoadProgress progress) {
    ExportedTensors tensors = new ExportedTensors();
    tensors.tell(progress);
    String prefix = form.prefix(part instanceof ClassifierExport);
    EncoderNames names = form.names();
    EncoderParts parts = encoder.parts();
    tensors.table(prefix + names.word(), parts.word());
    tensors.table(prefix + names.position(), parts.position());
    Embedding tokenType = parts.tokenType();
    if (tokenType != null) {
      tensors.table(prefix + names.tokenType(), tokenType);
    }
    RelativePositionBias bias = parts.relativeBias();
    if (bias != null) {
      tensors.table(prefix + names.relativeBias(), bias.table(), bias.heads());
    }
    tensors.norm(prefix + names.norm(), parts.norm());
    for (int i = 0; i < parts.layers().size(); i++) {
      layer(tensors, prefix, names.layer().apply(i), parts.layers().get(i));
    }
    if (part instanceof ClassifierExport classifier) {
      classifier.addTo(tensors, form);
    }
    return tensors;
  }

  /** Queries, keys and values are one layer here and three there. */
  private void layer(
      ExportedTensors tensors, String prefix, EncoderNames.Layer names, EncoderParts.Layer layer) {
    int width = encoder.descriptor().width();
    Int8Linear projection = int8(layer.projection());
    tensors.int8(prefix + names.query(), projection, 0, width);
    tensors.int8(prefix + names.key(), projection, width, width);
    tensors.int8(prefix + names.value(), projection, 2 * width, width);
    tensors.linear(prefix + names.attentionOutput(), layer.attentionOutput());
    tensors.norm(prefix + names.attentionNorm(), layer.attentionNorm());
    tensors.linear(prefix + names.expand(), layer.expand());
    tensors.linear(prefix + names.contract(), layer.contract());
    tensors.norm(prefix + names.outputNorm(), layer.outputNorm());
  }
}
