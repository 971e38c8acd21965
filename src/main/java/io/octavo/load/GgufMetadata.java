package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the fields of a {@code config.json} of a GGUF file's metadata. Each field keeps the key it
 * came from, so that a complaint about it names that.
 */
final class GgufMetadata {
  private final GgufCheckpoint checkpoint;
  private final String prefix;
  private final Map<String, JsonValue> fields = new LinkedHashMap<>();

  /**
   * Fields of a model.
   *
   * @param architecture what its keys begin with
   */
  GgufMetadata(GgufCheckpoint checkpoint, String architecture) {
    this.checkpoint = checkpoint;
    this.prefix = architecture + ".";
  }

  /** Adds a field whose value is known, and named by no key. */
  GgufMetadata set(String name, @Nullable Object value) {
    fields.put(name, new JsonValue(checkpoint.source(), name, value));
    return this;
  }

  /** Takes a field over from a key behind the prefix, if it is there. */
  GgufMetadata copy(String name, String key) {
    GgufValue value = find(key);
    if (value != null) {
      fields.put(name, json(value));
    }
    return this;
  }

  /** Takes a field over from a key behind the prefix that has to be there. */
  GgufMetadata require(String name, String key) {
    if (find(key) == null) {
      throw new CheckpointException(checkpoint.source(), "metadata " + prefix + key, "is missing");
    }
    return copy(name, key);
  }

  /** A value as one of a JSON file. */
  static JsonValue json(GgufValue value) {
    Object plain =
        switch (value.value()) {
          case Long number when number == number.intValue() -> (Object) number.intValue();
          case Double number -> decimal(number);
          case GgufArray ignored ->
              throw new UnsupportedModelException(
                  value.file(),
                  "metadata " + value.key() + ": a value for each layer is not supported");
          default -> value.value();
        };
    return new JsonValue(value.file(), "metadata " + value.key(), plain);
  }

  /**
   * The shortest decimal number that the stored float is nearest to: what the model's own file said
   * before it was rounded, such as 1e-5.
   */
  private static double decimal(double stored) {
    float single = (float) stored;
    return single == stored ? Double.parseDouble(Float.toString(single)) : stored;
  }

  /** The value of a key behind the prefix; null if there is none. */
  @Nullable GgufValue find(String key) {
    return checkpoint.metadata().get(prefix + key);
  }

  /** A whole number from 1 on behind the prefix. */
  int count(String key) {
    GgufValue value = find(key);
    if (value == null) {
      throw new CheckpointException(checkpoint.source(), "metadata " + prefix + key, "is missing");
    }
    JsonValue json = json(value);
    if (json.integer() < 1) {
      throw json.damaged("should be at least 1");
    }
    return json.integer();
  }

  /** Whether there is a tensor of that name. */
  boolean hasTensor(String name) {
    return checkpoint.names().contains(name);
  }

  /** Rows of a matrix. */
  Object rows(String name) {
    List<Long> shape = checkpoint.tensor(name).shape();
    long rows = shape.isEmpty() ? 0 : shape.getFirst();
    return rows == (int) rows ? (Object) (int) rows : (Object) rows;
  }

  /** The numbers of a vector, as an array of a {@code config.json}. */
  List<JsonValue> numbers(String name) {
    CheckpointTensor tensor = checkpoint.tensor(name);
    if (tensor.shape().size() != 1 || tensor.shape().getFirst() > 1 << 16) {
      throw new CheckpointException(tensor.file(), tensor.place(), "has no shape of a vector");
    }
    List<JsonValue> numbers = new ArrayList<>();
    for (float number : tensor.vector(tensor.shape().getFirst().intValue())) {
      numbers.add(new JsonValue(tensor.file(), tensor.place(), decimal(number)));
    }
    return numbers;
  }

  /** Another object of the same file, without fields. */
  GgufMetadata beside() {
    return new GgufMetadata(checkpoint, prefix.substring(0, prefix.length() - 1));
  }

  /** The fields so far. */
  Map<String, JsonValue> fields() {
    return Collections.unmodifiableMap(fields);
  }

  /** The fields so far as an object. */
  JsonValue json() {
    return new JsonValue(checkpoint.source(), "metadata", fields);
  }

  /** Refuses a model that a value makes another one than its family's. */
  UnsupportedModelException unsupported(String key, String what) {
    return new UnsupportedModelException(
        checkpoint.source(), "metadata " + prefix + key + ": " + what + " is not supported");
  }
}
