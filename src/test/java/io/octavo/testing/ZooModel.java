package io.octavo.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small model trained for this project, with what an independent implementation computed.
 *
 * @param folder where it is
 * @param reference its {@code reference.json}
 */
public record ZooModel(Path folder, JsonNode reference) {
  /** Windows of the validation text, and their tokens. */
  public static final int WINDOWS = 64;

  /** Tokens of a window. */
  public static final int WINDOW = 128;

  private static final double TRAINING_SHARE = 0.9;

  /** The model of that name; the calling test is skipped, with a reason, where it is absent. */
  public static ZooModel of(String name) {
    Path folder = TestData.file("models/zoo/" + name);
    return new ZooModel(folder, json(folder.resolve("reference.json")));
  }

  /** A JSON file. */
  public static JsonNode json(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  /** The validation text of all models, {@link #WINDOWS} windows of it. */
  public int[] validation() {
    try {
      String text = Files.readString(TestData.file("text/tinyshakespeare.txt"));
      JsonNode vocabulary = json(folder.resolve("vocab.json"));
      int first = (int) (text.length() * TRAINING_SHARE);
      int[] ids = new int[WINDOWS * WINDOW];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = vocabulary.get(text.substring(first + i, first + i + 1)).asInt();
      }
      return ids;
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  /** An array of whole numbers of the reference. */
  public int[] integers(String name) {
    JsonNode array = reference.get(name);
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }
}
