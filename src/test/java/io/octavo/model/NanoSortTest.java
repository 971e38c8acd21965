package io.octavo.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.layer.KeyValueCache;
import io.octavo.layer.Workspace;
import io.octavo.normalize.Normalization;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;
import io.octavo.testing.LoadedDecoder;
import io.octavo.testing.TestData;
import io.octavo.testing.ZooModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A trained GPT whose every intermediate of the first layer is known, for three inputs. */
class NanoSortTest {
  private static final int WIDTH = 48;

  /** Part of a tensor's largest magnitude. */
  private static final double TOLERANCE = 2e-6;

  private final JsonNode partials;
  private final LoadedDecoder model;

  NanoSortTest() {
    Path folder = TestData.file("models/gpt-nano-sort");
    partials = ZooModel.json(folder.resolve("gpt-nano-sort-t0-partials.json"));
    model = LoadedDecoder.inFloat(folder.resolve("hf"));
  }

  private static ByteBuffer bytes(JsonNode tensor) {
    return ByteBuffer.wrap(Base64.getDecoder().decode(tensor.get("data").asText()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private float[] expected(String name) {
    ByteBuffer bytes = bytes(partials.get(name));
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private List<int[]> inputs() {
    JsonNode idx = partials.get("idx");
    int sequences = idx.get("shape").get(0).asInt();
    int length = idx.get("shape").get(1).asInt();
    ByteBuffer bytes = bytes(idx);
    List<int[]> inputs = new ArrayList<>();
    for (int i = 0; i < sequences; i++) {
      int[] ids = new int[length];
      for (int t = 0; t < length; t++) {
        ids[t] = (int) bytes.getFloat();
      }
      inputs.add(ids);
    }
    return inputs;
  }

  private void check(String name, float[] actual) {
    float[] target = expected(name);
    assertThat(actual.length).as(name).isGreaterThanOrEqualTo(target.length);
    double largest = 0;
    for (float value : target) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < target.length; i++) {
      assertThat((double) actual[i])
          .as("%s[%d]", name, i)
          .isCloseTo(target[i], Offset.offset(TOLERANCE * largest));
    }
  }

  @Test
  void theFirstLayerStepByStep() {
    DecoderParts parts = model.decoder().parts();
    DecoderParts.Layer layer = parts.layers().getFirst();
    List<int[]> inputs = inputs();
    int length = inputs.getFirst().length;
    int rows = inputs.size() * length;
    float[] x = new float[rows * WIDTH];
    int[] starts = new int[inputs.size() + 1];
    List<KeyValueCache> caches = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      for (int t = 0; t < length; t++) {
        parts.word().add(inputs.get(i)[t], x, (i * length + t) * WIDTH);
        Objects.requireNonNull(parts.position()).add(t, x, (i * length + t) * WIDTH);
      }
      starts[i + 1] = (i + 1) * length;
      caches.add(KeyValueCache.empty(1, 3, WIDTH / 3, DType.F32));
      caches.getLast().reserve(length);
    }
    check("x", x);
    float[] ln1 = normalized(layer.attentionNorm(), x);
    check("ln1", ln1);
    float[] qkv = layer.projection().forward(ln1, rows);
    check("qkv", qkv);
    float[] y = new float[rows * WIDTH];
    Workspace workspace = new Workspace(1);
    workspace.use(Team.alone());
    layer.attention().forward(qkv, caches, starts, 0, y, workspace);
    check("y", y);
    float[] attended = layer.attentionOutput().forward(y, rows);
    check("yProj", attended);
    add(attended, x);
    check("attnResid", x);
    float[] ln2 = normalized(layer.feedForwardNorm(), x);
    check("ln2", ln2);
    float[] expanded = ((FeedForward.Dense) layer.feedForward()).expand().forward(ln2, rows);
    check("fc", expanded);
    model.decoder().descriptor().feedForward().activation().apply(expanded);
    check("gelu", expanded);
    float[] contracted =
        ((FeedForward.Dense) layer.feedForward()).contract().forward(expanded, rows);
    check("mlp", contracted);
    add(contracted, x);
    check("mlpResid", x);
    check("block0", x);
  }

  @Test
  void everyBlockAndTheLogits() {
    List<int[]> inputs = inputs();
    List<float[]> blocks = new ArrayList<>();
    List<DecoderSession> sessions = inputs.stream().map(ids -> model.open()).toList();
    float[] logits = new float[inputs.size() * inputs.getFirst().length * 3];
    new DecoderRunner(
            model.decoder(),
            (layer, hidden, tokens) -> blocks.add(Arrays.copyOf(hidden, tokens * WIDTH)))
        .append(
            sessions,
            inputs,
            (sequence, position, row, offset) ->
                System.arraycopy(
                    row, offset, logits, (sequence * inputs.getFirst().length + position) * 3, 3),
            Team.alone(),
            () -> false);
    for (int layer = 0; layer < 3; layer++) {
      check("block" + layer, blocks.get(layer));
    }
    check("ln_f", normalized(model.decoder().parts().finalNorm(), blocks.getLast()));
    check("lm_head", logits);
  }

  private static float[] normalized(@Nullable Normalization norm, float[] x) {
    float[] y = x.clone();
    Objects.requireNonNull(norm).apply(y);
    return y;
  }

  private static void add(float[] change, float[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] += change[i];
    }
  }
}
