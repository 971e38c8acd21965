package io.octavo.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes sentence-transformers' files to a folder. JSON is in single quotes. */
record SentenceFolder(Path folder) {
  static final String OLD = "sentence_transformers.models.";

  /** Writes a file, and the folder it lies in. */
  SentenceFolder with(String file, String json) {
    try {
      Path path = folder.resolve(file);
      Files.createDirectories(path.resolve("..").normalize());
      Files.writeString(path, json.replace('\'', '"'));
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
    return this;
  }

  /**
   * Writes {@code modules.json}: pairs of a class, by its full name or that in {@link #OLD}, and a
   * path.
   */
  SentenceFolder modules(String... typesAndPaths) {
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < typesAndPaths.length; i += 2) {
      String type = typesAndPaths[i];
      json.append(i == 0 ? "" : ",")
          .append(
              "{'idx': %d, 'name': '%d', 'path': '%s', 'type': '%s'}"
                  .formatted(
                      i / 2, i / 2, typesAndPaths[i + 1], type.contains(".") ? type : OLD + type));
    }
    return with("modules.json", json + "]");
  }

  /** Writes {@code 1_Pooling/config.json} as versions 2 to 5.3 do. */
  SentenceFolder pooling(int width, String mode) {
    StringBuilder json = new StringBuilder("{'word_embedding_dimension': " + width);
    for (String name :
        new String[] {
          "cls_token",
          "mean_tokens",
          "max_tokens",
          "mean_sqrt_len_tokens",
          "weightedmean_tokens",
          "lasttoken"
        }) {
      json.append(", 'pooling_mode_" + name + "': " + name.equals(mode));
    }
    return with("1_Pooling/config.json", json + ", 'include_prompt': true}");
  }

  /** Writes the settings of a Dense module, and an empty file where its weights would be. */
  SentenceFolder dense(String path, int inputs, int outputs, boolean bias, String activation) {
    return with(
            path + "/config.json",
            "{'in_features': %d, 'out_features': %d, 'bias': %b, 'activation_function': '%s'}"
                .formatted(inputs, outputs, bias, activation))
        .with(path + "/model.safetensors", "");
  }

  ModelSource source() {
    return ModelSource.of(folder);
  }

  /** What the files say; they must hold a model. */
  SentenceModules read() {
    SentenceModules modules = SentenceModules.read(source());
    if (modules == null) {
      throw new AssertionError("no modules.json");
    }
    return modules;
  }
}
