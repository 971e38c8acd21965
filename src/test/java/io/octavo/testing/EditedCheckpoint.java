package io.octavo.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octavo.load.ModelSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A folder with {@code config.json} and {@code model.safetensors}, changed in memory. */
public final class EditedCheckpoint {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Tensor(String type, String shape, byte[] data) {}

  private final ObjectNode config;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private EditedCheckpoint(ObjectNode config) {
    this.config = config;
  }

  /** What is in a folder. */
  public static EditedCheckpoint of(Path folder) {
    try {
      EditedCheckpoint edited =
          new EditedCheckpoint((ObjectNode) JSON.readTree(folder.resolve("config.json").toFile()));
      byte[] file = Files.readAllBytes(folder.resolve("model.safetensors"));
      int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
      int data = Long.BYTES + length;
      JsonNode header = JSON.readTree(new String(file, Long.BYTES, length, StandardCharsets.UTF_8));
      for (Map.Entry<String, JsonNode> entry : header.properties()) {
        if (!entry.getKey().equals("__metadata__")) {
          JsonNode offsets = entry.getValue().get("data_offsets");
          edited.tensors.put(
              entry.getKey(),
              new Tensor(
                  entry.getValue().get("dtype").asText(),
                  entry.getValue().get("shape").toString(),
                  Arrays.copyOfRange(
                      file, data + offsets.get(0).asInt(), data + offsets.get(1).asInt())));
        }
      }
      return edited;
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  /** Sets a field of {@code config.json}; {@code value} is JSON. */
  public EditedCheckpoint field(String name, String value) {
    try {
      config.set(name, JSON.readTree(value));
      return this;
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  /** Leaves a field out. */
  public EditedCheckpoint withoutField(String name) {
    config.remove(name);
    return this;
  }

  /** The names of all tensors. */
  public Set<String> names() {
    return Set.copyOf(tensors.keySet());
  }

  /** Leaves a tensor out. */
  public EditedCheckpoint without(String name) {
    Objects.requireNonNull(tensors.remove(name), name);
    return this;
  }

  /** Calls tensors otherwise. */
  public EditedCheckpoint renamed(UnaryOperator<String> names) {
    Map<String, Tensor> old = new LinkedHashMap<>(tensors);
    tensors.clear();
    old.forEach((name, tensor) -> tensors.put(names.apply(name), tensor));
    return this;
  }

  /** The numbers of a tensor in float32. */
  public float[] values(String name) {
    ByteBuffer data =
        ByteBuffer.wrap(Objects.requireNonNull(tensors.get(name), name).data)
            .order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[data.remaining() / Float.BYTES];
    data.asFloatBuffer().get(values);
    return values;
  }

  /** Other numbers of a tensor that is there, in float32 and of its shape. */
  public EditedCheckpoint values(String name, float... values) {
    Tensor old = Objects.requireNonNull(tensors.get(name), name);
    return tensor(name, "F32", old.shape, TinySafetensors.bytes(values));
  }

  /** A tensor in float32, new or in another's place; {@code shape} is JSON. */
  public EditedCheckpoint floats(String name, String shape, float... values) {
    return tensor(name, "F32", shape, TinySafetensors.bytes(values));
  }

  /** A tensor of any type; {@code shape} is JSON. */
  public EditedCheckpoint tensor(String name, String type, String shape, byte[] data) {
    tensors.put(name, new Tensor(type, shape, data));
    return this;
  }

  /** The files. */
  public ModelSource source() {
    TinySafetensors file = TinySafetensors.file();
    tensors.forEach((name, tensor) -> file.tensor(name, tensor.type, tensor.shape, tensor.data));
    return ModelSource.ofBytes(
        "edited",
        Map.of(
            "config.json",
            config.toString().getBytes(StandardCharsets.UTF_8),
            "model.safetensors",
            file.bytes()));
  }

  @Override
  public String toString() {
    return config + tensors.keySet().stream().collect(Collectors.joining(" "));
  }
}
