package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import io.octavo.text.Tokenizer;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A decoder in a GGUF file, as if it were a folder of the transformers library's: the fields of its
 * configuration, its tensors by that library's names, its tokenizer and its chat template.
 */
public final class GgufModel implements Checkpoint {
  private static final String ARCHITECTURE = "general.architecture";

  private final GgufCheckpoint file;
  private final Checkpoint tensors;
  private final ModelConfig config;

  private GgufModel(GgufCheckpoint file, Checkpoint tensors, ModelConfig config) {
    this.file = file;
    this.tensors = tensors;
    this.config = config;
  }

  /**
   * Opens a file of a source.
   *
   * @throws CheckpointException if it is absent, damaged or contradicts itself
   * @throws UnsupportedModelException if it is of an architecture that is not served
   */
  public static GgufModel open(ModelSource source, String name) {
    GgufCheckpoint file = GgufCheckpoint.open(source, name);
    boolean opened = false;
    try {
      GgufModel model = of(file);
      opened = true;
      return model;
    } catch (InternalError error) {
      throw file.fault(error);
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  private static GgufModel of(GgufCheckpoint file) {
    GgufValue name = file.metadata().get(ARCHITECTURE);
    if (name == null) {
      throw new CheckpointException(file.source(), "metadata " + ARCHITECTURE, "is missing");
    }
    GgufArchitecture architecture = GgufArchitecture.of(file.source(), name.string());
    GgufMetadata metadata = new GgufMetadata(file, name.string());
    architecture.config().accept(metadata);
    return new GgufModel(
        file,
        new GgufTensors(
            file, architecture, GgufConfig.heads(metadata), GgufConfig.keyHeads(metadata)),
        new ModelConfig(metadata.json()));
  }

  /** The tensors, by the transformers library's names; closed with this model. */
  public Checkpoint tensors() {
    return tensors;
  }

  @Override
  public String source() {
    return file.source();
  }

  @Override
  public Set<String> names() {
    return tensors.names();
  }

  @Override
  public CheckpointTensor tensor(String name) {
    return tensors.tensor(name);
  }

  @Override
  public int unsignedByte(String name) {
    return tensors.unsignedByte(name);
  }

  @Override
  public void check() {
    file.check();
  }

  @Override
  public CheckpointException fault(InternalError error) {
    return file.fault(error);
  }

  /** The fields of {@code config.json}. */
  ModelConfig config() {
    return config;
  }

  /**
   * Reads the tokenizer.
   *
   * @throws CheckpointException if there is none, or it contradicts itself
   * @throws UnsupportedModelException if it is of a kind that is not served
   */
  public Tokenizer tokenizer() {
    return GgufTokenizer.read(file);
  }

  /** The chat template, in Jinja; null if there is none. */
  public @Nullable String chatTemplate() {
    GgufValue template = file.metadata().get("tokenizer.chat_template");
    return template == null ? null : template.string();
  }

  /** How it says that it generates, as the fields of a {@code generation_config.json}. */
  JsonValue generation() {
    return GgufConfig.generation(file);
  }

  /**
   * A special token.
   *
   * @param role what it does: {@code bos}, {@code eos}, {@code eot}, {@code padding} and so on
   */
  public OptionalInt specialToken(String role) {
    Map<String, Integer> ids = GgufTokenizer.ids(file);
    Integer id = ids.get(role + "_token_id");
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** Releases the memory of all tensors. */
  @Override
  public void close() {
    file.close();
  }
}
