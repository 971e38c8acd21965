package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octavo.load.LoadOptions;
import io.octavo.tensor.DType;
import io.octavo.testing.HuggingFaceFamily;
import io.octavo.testing.TinyHuggingFace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What an exported file holds, read by a few lines that share nothing with the library and compared
 * with the original weights.
 */
class ExportedTensorsTest {
  private record Tensor(String type, List<Integer> shape, ByteBuffer data) {
    float[] floats() {
      float[] values = new float[data.remaining() / (type.equals("F32") ? 4 : 2)];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            type.equals("F32")
                ? data.getFloat(4 * i)
                : type.equals("F16")
                    ? Float.float16ToFloat(data.getShort(2 * i))
                    : Float.intBitsToFloat(data.getShort(2 * i) << 16);
      }
      return values;
    }
  }

  private static Map<String, Tensor> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[Math.toIntExact(bytes.getLong())];
    bytes.get(header);
    JsonNode json = new ObjectMapper().readTree(new String(header, StandardCharsets.UTF_8));
    assertThat(json.get("__metadata__").get("format").textValue()).isEqualTo("pt");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        JsonNode tensor = entry.getValue();
        List<Integer> shape = new ArrayList<>();
        tensor.get("shape").forEach(size -> shape.add(size.intValue()));
        int begin = tensor.get("data_offsets").get(0).intValue();
        int end = tensor.get("data_offsets").get(1).intValue();
        ByteBuffer data = bytes.slice(bytes.position() + begin, end - begin);
        tensors.put(
            entry.getKey(),
            new Tensor(
                tensor.get("dtype").textValue(), shape, data.order(ByteOrder.LITTLE_ENDIAN)));
      }
    }
    return tensors;
  }

  @ParameterizedTest
  @EnumSource
  void encodersAreWrittenInThatLayout(HuggingFaceFamily family, @TempDir Path folder)
      throws IOException {
    TinyHuggingFace tiny = TinyHuggingFace.of(family, 20);
    Path source = tiny.write(Files.createDirectory(folder.resolve("source")));
    Path target = folder.resolve("target");
    try (TextEmbedder model = TextEmbedder.load(source)) {
      model.export(target);
    }
    check(tiny, target, "F16", "", Set.of("pooler.dense.weight", "pooler.dense.bias"));
  }

  @ParameterizedTest
  @EnumSource
  void headsAreWrittenInFloat32(HuggingFaceFamily family, @TempDir Path folder) throws IOException {
    TinyHuggingFace tiny = TinyHuggingFace.of(family, 21).labels(4);
    Path source = tiny.write(Files.createDirectory(folder.resolve("source")));
    Path target = folder.resolve("target");
    LoadOptions options = LoadOptions.defaults().withEmbeddingType(DType.BF16);
    try (TextClassifier model = TextClassifier.load(source, options)) {
      model.export(target);
    }
    check(tiny, target, "BF16", family.prefix(), Set.of());
  }

  /** All numbers of these models are exact in every type, and so is each table. */
  private static void check(
      TinyHuggingFace tiny, Path target, String embeddings, String prefix, Set<String> left)
      throws IOException {
    Map<String, Tensor> tensors = read(target.resolve("model.safetensors"));
    Set<String> expected = new HashSet<>();
    for (String name : tiny.names()) {
      if (left.contains(name)) {
        continue;
      }
      expected.add(name);
      float[] values = tiny.values(name);
      Tensor tensor = tensor(tensors, name);
      boolean linear =
          (name.startsWith(prefix + "encoder.layer.") || name.contains("transformer.layer."))
              && name.endsWith(".weight")
              && !name.contains("LayerNorm")
              && !name.contains("layer_norm");
      if (linear) {
        String module = name.substring(0, name.length() - ".weight".length());
        expected.addAll(List.of(module + ".SCB", module + ".weight_format"));
        checkCodes(values, tensor, tensor(tensors, module + ".SCB"));
        Tensor format = tensor(tensors, module + ".weight_format");
        assertThat(format.type()).isEqualTo("U8");
        assertThat(format.shape()).isEmpty();
        assertThat(format.data().get(0)).isZero();
      } else {
        boolean table = name.contains("_embeddings.");
        assertThat(tensor.type()).as(name).isEqualTo(table ? embeddings : "F32");
        assertThat(tensor.floats()).as(name).isEqualTo(values);
        assertThat(tensor.shape().stream().reduce(1, (a, b) -> a * b)).isEqualTo(values.length);
      }
    }
    assertThat(tensors.keySet()).isEqualTo(expected);
  }

  private static Tensor tensor(Map<String, Tensor> tensors, String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new AssertionError(name + " is not among " + tensors.keySet());
    }
    return tensor;
  }

  private static void checkCodes(float[] weights, Tensor codes, Tensor constants) {
    assertThat(codes.type()).isEqualTo("I8");
    int outputs = codes.shape().getFirst();
    int inputs = codes.shape().getLast();
    assertThat(codes.shape()).hasSize(2);
    assertThat(outputs * inputs).isEqualTo(weights.length);
    float[] absmax = new float[outputs];
    byte[] quantized = new byte[weights.length];
    for (int output = 0; output < outputs; output++) {
      for (float weight : Arrays.copyOfRange(weights, output * inputs, (output + 1) * inputs)) {
        absmax[output] = Math.max(absmax[output], Math.abs(weight));
      }
      for (int i = output * inputs; i < (output + 1) * inputs; i++) {
        quantized[i] = (byte) Math.rint(weights[i] * (127f / absmax[output]));
      }
    }
    assertThat(constants.type()).isEqualTo("F32");
    assertThat(constants.shape()).containsExactly(outputs);
    assertThat(constants.floats()).isEqualTo(absmax);
    byte[] written = new byte[weights.length];
    codes.data().get(0, written);
    assertThat(written).isEqualTo(quantized);
  }
}
