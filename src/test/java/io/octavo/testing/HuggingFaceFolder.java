package io.octavo.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octavo.load.BertOnnx;
import io.octavo.load.EncoderCheckpoint;
import io.octavo.load.OnnxCheckpoint;
import io.octavo.load.SafetensorsWriter;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.EncoderWeights;
import io.octavo.model.LinearWeights;
import io.octavo.model.NormWeights;
import io.octavo.tensor.BFloat16;
import io.octavo.tensor.DType;
import io.octavo.tensor.StoredMatrix;
import io.octavo.tensor.WeightMatrix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A BERT model in ONNX as the transformers library would save it: {@code config.json}, {@code
 * tokenizer.json}, and the graph's initializers under the names of the original modules, matrices
 * {@code [outputs, inputs]}.
 */
public final class HuggingFaceFolder {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DType type;
  private final boolean widened;
  private final List<Entry> entries = new ArrayList<>();

  private HuggingFaceFolder(DType type, boolean widened) {
    this.type = type;
    this.widened = widened;
  }

  private record Entry(String name, List<Long> shape, WeightMatrix values) {}

  /**
   * Writes the files.
   *
   * @param onnx the model
   * @param tokenizer its {@code tokenizer.json}
   * @param folder where to, empty before
   * @param type which type the numbers are rounded to
   * @param widened whether they are stored in float32 all the same
   * @param shards in how many files
   */
  public static Path write(
      Path onnx, Path tokenizer, Path folder, DType type, boolean widened, int shards) {
    try (OnnxCheckpoint checkpoint = OnnxCheckpoint.open(onnx)) {
      EncoderCheckpoint encoder = BertOnnx.read(checkpoint);
      HuggingFaceFolder files = new HuggingFaceFolder(type, widened);
      files.collect(encoder.weights());
      files.writeShards(folder, shards);
      Files.write(
          folder.resolve("config.json"), SafetensorsMessages.bytes(config(encoder.descriptor())));
      Files.copy(tokenizer, folder.resolve("tokenizer.json"));
      return folder;
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  private static ObjectNode config(EncoderDescriptor shape) {
    return HuggingFaceConfig.of(
        TinyHuggingFace.of(HuggingFaceFamily.BERT, 0)
            .shape(shape.layers(), shape.width(), shape.heads(), shape.feedForwardWidth())
            .tables(shape.vocabulary(), shape.positions(), shape.tokenTypes())
            // As a person writes it: the graph's own is a float32.
            .epsilon(Double.parseDouble(Float.toString((float) shape.epsilon()))));
  }

  private void collect(EncoderWeights weights) {
    matrix("embeddings.word_embeddings.weight", weights.word());
    matrix("embeddings.position_embeddings.weight", weights.position());
    matrix("embeddings.token_type_embeddings.weight", Objects.requireNonNull(weights.tokenType()));
    norm("embeddings.LayerNorm", weights.norm());
    for (int i = 0; i < weights.layers().size(); i++) {
      EncoderWeights.Layer layer = weights.layers().get(i);
      HuggingFaceFamily.LayerNames names = HuggingFaceFamily.BERT.layer(i);
      linear(names.query(), layer.query());
      linear(names.key(), layer.key());
      linear(names.value(), layer.value());
      linear(names.attended(), layer.attentionOutput());
      norm(names.attentionNorm(), layer.attentionNorm());
      linear(names.expand(), layer.expand());
      linear(names.contract(), layer.contract());
      norm(names.outputNorm(), layer.outputNorm());
    }
  }

  private void linear(String name, LinearWeights linear) {
    matrix(name + ".weight", linear.weight());
    vector(name + ".bias", Objects.requireNonNull(linear.bias()));
  }

  private void norm(String name, NormWeights norm) {
    vector(name + ".weight", Objects.requireNonNull(norm.gamma()));
    vector(name + ".bias", Objects.requireNonNull(norm.beta()));
  }

  private void vector(String name, float[] values) {
    entries.add(
        new Entry(name, List.of((long) values.length), StoredMatrix.of(values, 1, values.length)));
  }

  private void matrix(String name, WeightMatrix values) {
    entries.add(new Entry(name, List.of((long) values.rows(), (long) values.columns()), values));
  }

  private void writeShards(Path folder, int shards) throws IOException {
    if (shards == 1) {
      writer(entries).write(folder.resolve("model.safetensors"));
      return;
    }
    ObjectNode index = JSON.createObjectNode();
    long numbers = entries.stream().mapToLong(HuggingFaceFolder::numbers).sum();
    index.putObject("metadata").put("total_size", numbers * stored().bytes());
    ObjectNode map = index.putObject("weight_map");
    for (int shard = 0; shard < shards; shard++) {
      String file = "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards);
      List<Entry> part =
          entries.subList(entries.size() * shard / shards, entries.size() * (shard + 1) / shards);
      part.forEach(entry -> map.put(entry.name(), file));
      writer(part).write(folder.resolve(file));
    }
    Files.write(folder.resolve("model.safetensors.index.json"), SafetensorsMessages.bytes(index));
  }

  private static long numbers(Entry entry) {
    return (long) entry.values().rows() * entry.values().columns();
  }

  private DType stored() {
    return widened ? DType.F32 : type;
  }

  private SafetensorsWriter writer(List<Entry> part) {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Entry entry : part) {
      writer.add(
          entry.name(),
          stored(),
          entry.shape(),
          target -> {
            float[] row = new float[entry.values().columns()];
            for (int r = 0; r < entry.values().rows(); r++) {
              entry.values().readRow(r, row, 0);
              for (int c = 0; c < row.length; c++) {
                row[c] = rounded(row[c]);
              }
              target.write(TinyTensors.bytes(stored(), row));
            }
          });
    }
    return writer;
  }

  /** To nearest, as PyTorch does it. */
  private float rounded(float value) {
    return switch (type) {
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
      case BF16 -> BFloat16.toFloat(BFloat16.fromFloat(value));
      default -> value;
    };
  }
}
