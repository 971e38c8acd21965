package io.octavo.json;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a value stands in a file, written out only when somebody asks: the names above a value
 * would otherwise be copied for each of millions of values below them.
 *
 * @param above where the object or array stands that it is in; null for the file itself
 * @param name its name in that object; empty in an array
 * @param index its place in that array; -1 in an object
 */
public record JsonPath(@Nullable JsonPath above, String name, int index) {
  /** A place by its written form. */
  static JsonPath of(String path) {
    return new JsonPath(null, path, -1);
  }

  /** The field of that name of the object here. */
  JsonPath field(String field) {
    return new JsonPath(this, field, -1);
  }

  /** That element of the array here. */
  JsonPath element(int place) {
    return new JsonPath(this, "", place);
  }

  @Override
  public String toString() {
    List<JsonPath> steps = new ArrayList<>();
    for (JsonPath step = this; step != null; step = step.above) {
      steps.add(step);
    }
    StringBuilder path = new StringBuilder();
    for (JsonPath step : steps.reversed()) {
      if (step.index >= 0) {
        path.append('[').append(step.index).append(']');
      } else {
        path.append(path.isEmpty() || step.above == null ? "" : ".").append(step.name);
      }
    }
    return path.toString();
  }
}
