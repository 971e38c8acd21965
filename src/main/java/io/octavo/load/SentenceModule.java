package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry of {@code modules.json}.
 *
 * @param type the Python class, such as {@code sentence_transformers.models.Pooling}
 * @param typeValue where that stands
 * @param path the module's folder in the model's, empty for the model's own
 */
record SentenceModule(String type, JsonValue typeValue, String path) {
  static final String FILE = "modules.json";

  private static final int MOST_MODULES = 64;

  /** What has a meaning of its own in a path on some system. */
  private static final String NO_NAME = "\\:*?\"<>|";

  /** Where the library has kept its modules: to version 5.3, and since. */
  private static final List<String> PACKAGES =
      List.of(
          "sentence_transformers.models.",
          "sentence_transformers.base.modules.",
          "sentence_transformers.sentence_transformer.modules.");

  /** The modules in their order, at least one. */
  static List<SentenceModule> readAll(ModelSource source) {
    JsonValue root = ConfigurationFile.value(source, FILE);
    List<JsonValue> entries = root.array();
    if (entries.isEmpty()) {
      throw root.damaged("lists no modules");
    }
    if (entries.size() > MOST_MODULES) {
      throw ConfigurationFile.unsupported(
          root, entries.size() + " modules; at most " + MOST_MODULES + " are supported");
    }
    List<SentenceModule> modules = new ArrayList<>(entries.size());
    for (JsonValue entry : entries) {
      modules.add(read(entry, modules.size()));
    }
    return List.copyOf(modules);
  }

  private static SentenceModule read(JsonValue entry, int position) {
    entry.allowOnly("idx", "name", "path", "type", "kwargs");
    JsonValue index = entry.find("idx");
    // The library takes them as they are listed.
    if (index != null && index.integer() != position) {
      throw index.damaged("is " + index.integer() + " at place " + position + " of the list");
    }
    ConfigurationFile.expectNothing(entry, "kwargs");
    JsonValue type = entry.get("type");
    return new SentenceModule(type.string(), type, path(entry.get("path")));
  }

  /**
   * A folder inside the model's. Its name has to mean the same on every system, and to be a name on
   * each: beyond ASCII that depends on how the JVM was started.
   */
  private static String path(JsonValue value) {
    String path = value.string();
    boolean inside = path.chars().allMatch(c -> c >= ' ' && c <= '~' && NO_NAME.indexOf(c) < 0);
    if (!path.isEmpty()) {
      for (String part : path.split("/", -1)) {
        inside &= !part.isEmpty() && !part.equals(".") && !part.equals("..");
      }
    }
    if (!inside) {
      throw value.damaged(
          "\"" + path + "\" is no folder inside the model's, by a name of plain characters");
    }
    return path;
  }

  /** The class without its package: {@code Pooling}. */
  String kind() {
    for (String name : PACKAGES) {
      if (type.startsWith(name)) {
        return type.substring(type.lastIndexOf('.') + 1);
      }
    }
    throw unsupported();
  }

  /** Whether it is the transformer, by its name now or one of those before version 1.0. */
  boolean isTransformer() {
    return switch (kind()) {
      case "Transformer", "BERT", "RoBERTa", "DistilBERT", "XLMRoBERTa", "ALBERT", "CamemBERT" ->
          true;
      default -> false;
    };
  }

  /** A file in the module's folder, for {@link ModelSource}. */
  String file(String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  /** The settings, which must be there. */
  JsonValue config(ModelSource source) {
    return ConfigurationFile.object(source, file("config.json"));
  }

  /** The file with the weights, which must be there as safetensors. */
  String weights(ModelSource source) {
    String file = file("model.safetensors");
    if (source.has(file)) {
      return file;
    }
    String pickled = file("pytorch_model.bin");
    if (source.has(pickled)) {
      throw new UnsupportedModelException(
          source.place(pickled),
          "pickled weights are not read, since a pickle can run any code; save the model again"
              + " with sentence-transformers 2.3 or newer, which writes "
              + source.place(file));
    }
    throw new CheckpointException(source.place(file), "", "there is no such file");
  }

  /** What to throw about a module that is not served. */
  UnsupportedModelException unsupported() {
    return ConfigurationFile.unsupported(typeValue, "module \"" + type + "\" is not supported");
  }

  /** What to throw about a module that is not served where it stands. */
  UnsupportedModelException unsupported(String place) {
    return ConfigurationFile.unsupported(
        typeValue, "module \"" + type + "\" is not supported " + place);
  }
}
