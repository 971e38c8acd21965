package io.octavo.layer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.kernel.AttentionForm;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;
import io.octavo.testing.Fixtures;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Rotary positions, ALiBi and attention over a cache against {@code positions-attention.json}. */
class PositionsTest {
  private static final double SINGLE = 2e-6;
  private static final JsonNode FIXTURES = Fixtures.read("positions-attention.json");

  @Test
  void rotations() {
    JsonNode rotary = FIXTURES.get("rotary");
    int[] positions = integers(rotary.get("positions"));
    for (JsonNode c : rotary.get("cases")) {
      Rotary tested =
          new Rotary(
              c.get("rotary_dim").asInt(),
              c.get("interleaved").asBoolean(),
              c.get("base").asDouble(),
              RotaryScaling.none());
      check(tested, rotary.get("x"), positions, positions, c.get("expected"));
    }
  }

  @Test
  void scaledRotations() {
    for (JsonNode c : FIXTURES.get("rotary_scaling")) {
      JsonNode p = c.get("parameters");
      RotaryScaling scaling = scaling(c.get("kind").asText(), p);
      int width = p.get("dim").asInt();
      int length = p.path("length").asInt(1);
      double[] frequencies = scaling.inverseFrequencies(width, p.get("base").asDouble(), length);
      double[] expected = Fixtures.doubles(c.get("inverse_frequencies"));
      for (int i = 0; i < expected.length; i++) {
        assertThat(frequencies[i])
            .as("%s, pair %d", c.get("name"), i)
            .isCloseTo(expected[i], Offset.offset(1e-12 * expected[i]));
      }
      assertThat(scaling.attentionFactor())
          .isCloseTo(c.get("attention_factor").asDouble(), Offset.offset(1e-12));
      if (!scaling.dependsOnPosition()) {
        int[] positions = integers(c.get("positions"));
        int[] lengths = new int[positions.length];
        Arrays.fill(lengths, length);
        Rotary rotary = new Rotary(width, false, p.get("base").asDouble(), scaling);
        check(rotary, c.get("x"), positions, lengths, c.get("rotated_half_split"));
      }
    }
  }

  private static RotaryScaling scaling(String kind, JsonNode p) {
    double factor = p.path("factor").asDouble();
    int original = p.path("original").asInt();
    return switch (kind) {
      case "linear" -> new RotaryScaling.Linear(factor);
      case "dynamic" -> new RotaryScaling.Dynamic(factor, p.get("max_positions").asInt());
      case "llama3" ->
          new RotaryScaling.Llama3(
              factor, p.get("low").asDouble(), p.get("high").asDouble(), original);
      case "yarn" ->
          new RotaryScaling.Yarn(
              factor,
              original,
              p.path("beta_fast").asDouble(32),
              p.path("beta_slow").asDouble(1),
              p.path("truncate").asBoolean(true),
              p.path("attention_factor").asDouble(yarnFactor(factor, p)));
      case "longrope" ->
          new RotaryScaling.LongRope(
              Fixtures.doubles(p.get("short")),
              Fixtures.doubles(p.get("long")),
              original,
              RotaryScaling.LongRope.attentionFactor(factor, original));
      default -> throw new AssertionError(kind);
    };
  }

  private static double yarnFactor(double factor, JsonNode p) {
    return p.has("mscale")
        ? RotaryScaling.Yarn.attentionFactor(factor, p.get("mscale").asDouble())
            / RotaryScaling.Yarn.attentionFactor(factor, p.get("mscale_all_dim").asDouble())
        : RotaryScaling.Yarn.attentionFactor(factor);
  }

  /** Tolerance class "angle": a float32 angle is as exact as its position allows. */
  private static void check(
      Rotary rotary, JsonNode x, int[] positions, int[] lengths, JsonNode expected) {
    float[] rows = Fixtures.floats(x);
    int heads = Fixtures.size(x, 1);
    int headWidth = Fixtures.size(x, 2);
    int half = rotary.width() / 2;
    float[] cosines = new float[positions.length * half];
    float[] sines = new float[positions.length * half];
    rotary.angles(positions, lengths, cosines, sines);
    for (int row = 0; row < rows.length / headWidth; row++) {
      rotary.rotate(rows, row * headWidth, cosines, sines, row / heads * half);
    }
    double[] target = Fixtures.doubles(expected);
    double largest = Arrays.stream(target).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < target.length; i++) {
      int position = positions[i / headWidth / heads];
      assertThat((double) rows[i])
          .isCloseTo(target[i], Offset.offset((SINGLE + position * 1e-7) * largest));
    }
  }

  @Test
  void slopes() {
    for (JsonNode c : FIXTURES.get("alibi_slopes")) {
      float[] slopes = LinearBias.slopes(c.get("heads").asInt());
      double[] expected = Fixtures.doubles(c.get("slopes"));
      for (int head = 0; head < expected.length; head++) {
        assertThat((double) slopes[head])
            .isCloseTo(expected[head], Offset.offset(1e-7 * expected[head]));
      }
    }
  }

  @Test
  void masks() {
    for (JsonNode c : FIXTURES.get("masks")) {
      if (c.get("kind").asText().equals("prefix")) {
        continue; // A decoder of text alone attends causally.
      }
      int window = c.path("window").asInt(Integer.MAX_VALUE);
      AttentionForm form = new AttentionForm(1, 1f, 0f, window);
      int[] allowed = Fixtures.ints(c.get("allowed"));
      int keys = c.get("keys").asInt();
      for (int query = 0; query < c.get("queries").asInt(); query++) {
        int position = query + c.path("offset").asInt(0);
        for (int key = 0; key < keys; key++) {
          boolean seen = key >= form.firstKey(position) && key <= position;
          assertThat(seen).isEqualTo(allowed[query * keys + key] == 1);
        }
      }
    }
  }

  @Test
  void attention() {
    for (JsonNode c : FIXTURES.get("attention")) {
      String mask = c.get("mask").asText();
      if (mask.equals("causal") || mask.equals("sliding")) {
        attention(c);
      }
    }
  }

  private static void attention(JsonNode c) {
    int heads = c.get("heads").asInt();
    int keyHeads = c.get("key_heads").asInt();
    int headWidth = Fixtures.size(c.get("q"), 2);
    int queries = Fixtures.size(c.get("q"), 0);
    int keys = Fixtures.size(c.get("k"), 0);
    AttentionForm form =
        new AttentionForm(
            headWidth,
            (float) c.get("scale").asDouble(),
            (float) c.path("soft_cap").asDouble(0),
            c.path("window").asInt(Integer.MAX_VALUE));
    float[] slopes = c.get("alibi").asBoolean() ? LinearBias.slopes(heads) : new float[0];
    CachedAttention attention = new CachedAttention(heads, keyHeads, form, slopes);
    float[] projected = new float[keys * attention.projectedWidth()];
    float[] q = Fixtures.floats(c.get("q"));
    float[] k = Fixtures.floats(c.get("k"));
    float[] v = Fixtures.floats(c.get("v"));
    int width = heads * headWidth;
    int keyWidth = keyHeads * headWidth;
    for (int token = 0; token < keys; token++) {
      int row = token * attention.projectedWidth();
      int query = token - (keys - queries);
      if (query >= 0) {
        System.arraycopy(q, query * width, projected, row, width);
      }
      System.arraycopy(k, token * keyWidth, projected, row + width, keyWidth);
      System.arraycopy(v, token * keyWidth, projected, row + width + keyWidth, keyWidth);
    }
    KeyValueCache cache = KeyValueCache.empty(1, keyHeads, headWidth, DType.F32);
    cache.reserve(keys);
    float[] out = new float[keys * width];
    Workspace workspace = new Workspace(1);
    workspace.use(Team.alone());
    attention.forward(projected, List.of(cache), new int[] {0, keys}, 0, out, workspace);
    double[] expected = Fixtures.doubles(c.get("expected"));
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) out[(keys - queries) * width + i])
          .as("%s", c.get("name"))
          .isCloseTo(expected[i], Offset.offset(SINGLE * largest));
    }
  }

  private static int[] integers(JsonNode array) {
    int[] values = new int[array.size()];
    Arrays.setAll(values, i -> array.get(i).asInt());
    return values;
  }
}
