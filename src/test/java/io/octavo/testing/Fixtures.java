package io.octavo.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * The reference values of {@code src/test/resources/fixtures}; its README states definitions and
 * tolerance classes. A tensor is {@code {"dtype", "shape", "data"}}, the data flat and row-major.
 */
public final class Fixtures {
  private Fixtures() {}

  /** One file of the folder. */
  public static JsonNode read(String name) {
    try (InputStream stream =
        Objects.requireNonNull(Fixtures.class.getResourceAsStream("/fixtures/" + name), name)) {
      return new ObjectMapper().readTree(stream);
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  /** A tensor's numbers as doubles. */
  public static double[] doubles(JsonNode tensor) {
    JsonNode data = tensor.path("data");
    double[] values = new double[data.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = data.get(i);
      values[i] = value.isTextual() ? Double.parseDouble(value.textValue()) : value.doubleValue();
    }
    return values;
  }

  /** A tensor's numbers as floats, which hold them exactly where its dtype is f32 or f16. */
  public static float[] floats(JsonNode tensor) {
    double[] values = doubles(tensor);
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** A tensor's numbers as integers. */
  public static int[] ints(JsonNode tensor) {
    JsonNode data = tensor.path("data");
    int[] values = new int[data.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = data.get(i).intValue();
    }
    return values;
  }

  /** Size {@code axis} of a tensor's shape. */
  public static int size(JsonNode tensor, int axis) {
    return tensor.path("shape").get(axis).intValue();
  }
}
