package io.octavo.load;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.octavo.error.CheckpointException;
import io.octavo.json.JsonDocument;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads {@code model.safetensors.index.json}: which shard holds which tensor. What stands beside
 * {@code weight_map} (in {@code metadata}, the total size) says nothing that the shards do not.
 */
final class SafetensorsIndex {
  private static final String MAP = "weight_map";
  private static final int MOST_TENSORS = 1_000_000;

  private SafetensorsIndex() {}

  /**
   * The shard of each tensor by its name, in the order of the file.
   *
   * @throws CheckpointException if it is absent, damaged, names no tensor, or a shard that is no
   *     plain name of a file beside it
   */
  static Map<String, String> read(ModelSource source, String name) {
    String file = source.place(name);
    Map<String, String> map = new LinkedHashMap<>();
    try (InputStream stream = source.open(name)) {
      JsonDocument.read(
          file,
          stream,
          parser -> {
            top(parser, file, map);
            return map;
          });
    } catch (IOException exception) {
      throw new CheckpointException(file, "", "cannot be read: " + exception, exception);
    }
    if (map.isEmpty()) {
      throw new CheckpointException(file, MAP, "is missing or names no tensor");
    }
    return map;
  }

  private static void top(JsonParser parser, String file, Map<String, String> map)
      throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new CheckpointException(file, "", "should hold a JSON object");
    }
    boolean found = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      if (!field.equals(MAP)) {
        parser.skipChildren();
      } else if (found || value != JsonToken.START_OBJECT) {
        throw new CheckpointException(
            file, MAP, found ? "stands there twice" : "should be an object");
      } else {
        found = true;
        shards(parser, file, map);
      }
    }
  }

  private static void shards(JsonParser parser, String file, Map<String, String> map)
      throws IOException {
    // Each name of a shard once, not once for each of its tensors.
    Map<String, String> names = new HashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String tensor = parser.currentName();
      String place = MAP + "." + tensor;
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw new CheckpointException(file, place, "should be a string");
      }
      String shard = parser.getText();
      if (!FileNames.isPlain(shard)) {
        throw new CheckpointException(
            file, place, "names '" + shard + "', which is no file beside the index");
      }
      if (map.size() == MOST_TENSORS) {
        throw new CheckpointException(file, MAP, "has more than " + MOST_TENSORS + " tensors");
      }
      if (map.put(tensor, names.computeIfAbsent(shard, same -> same)) != null) {
        throw new CheckpointException(file, place, "stands there twice");
      }
    }
  }
}
