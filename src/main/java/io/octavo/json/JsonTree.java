package io.octavo.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.octavo.error.CheckpointException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a value and all below it. */
final class JsonTree {
  /** An object takes far more memory than the shortest text of a value; models have thousands. */
  private static final int MOST_VALUES = 1 << 19;

  private final JsonParser parser;
  private final String file;
  private int values;

  JsonTree(JsonParser parser, String file) {
    this.parser = parser;
    this.file = file;
  }

  /** Reads the value whose first token is the parser's current one. */
  JsonValue read(JsonPath path) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new CheckpointException(file, path.toString(), "is missing");
    }
    if (++values > MOST_VALUES) {
      throw new CheckpointException(
          file, path.toString(), "is one of more than " + MOST_VALUES + " values");
    }
    @Nullable Object value =
        switch (token) {
          case START_OBJECT -> readObject(path);
          case START_ARRAY -> readArray(path);
          case VALUE_STRING -> parser.getText();
          case VALUE_TRUE -> true;
          case VALUE_FALSE -> false;
          case VALUE_NUMBER_INT ->
              switch (parser.getNumberType()) {
                case INT -> (Object) parser.getIntValue();
                case LONG -> parser.getLongValue();
                default -> parser.getDoubleValue();
              };
          case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
          default -> null;
        };
    return new JsonValue(file, path, value);
  }

  private Map<String, JsonValue> readObject(JsonPath path) throws IOException {
    Map<String, JsonValue> fields = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonPath place = path.field(name);
      parser.nextToken();
      if (fields.put(name, read(place)) != null) {
        throw new CheckpointException(file, place.toString(), "stands there twice");
      }
    }
    return fields;
  }

  private List<JsonValue> readArray(JsonPath path) throws IOException {
    List<JsonValue> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(read(path.element(elements.size())));
    }
    return elements;
  }
}
