package io.octavo.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the field {@code model}. Vocabularies and merges go straight from the parser into their
 * compact form, because as trees of JSON values they would weigh many times more.
 */
final class ModelReader {
  /** Eight times the largest vocabularies; beyond, the scores' array would outgrow the file. */
  private static final int MOST_PIECES = 1 << 21;

  /** Those of all types of models together are fewer. */
  private static final int MOST_FIELDS = 64;

  private final String file;
  private final JsonParser parser;
  private @Nullable Vocabulary tokens;
  private @Nullable Vocabulary pieces;
  private double[] scores = {};
  private Merges.@Nullable Builder merges;

  /** Reads from a parser that stands on the field's value. */
  ModelReader(String file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  SubwordModel read() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new CheckpointException(file, "model", "should be an object");
    }
    Map<String, JsonValue> fields = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      String path = "model." + name;
      if (fields.size() == MOST_FIELDS) {
        throw new CheckpointException(file, "model", "has more than " + MOST_FIELDS + " fields");
      }
      parser.nextToken();
      if (fields.put(name, readField(name, path)) != null) {
        throw new CheckpointException(file, path, "stands there twice");
      }
    }
    return model(new JsonValue(file, "model", fields));
  }

  private JsonValue readField(String name, String path) throws IOException {
    JsonToken first = parser.currentToken();
    if (name.equals("vocab") && first == JsonToken.START_OBJECT) {
      tokens = readTokens(path);
    } else if (name.equals("vocab") && first == JsonToken.START_ARRAY) {
      pieces = readPieces(path);
    } else if (name.equals("merges") && first == JsonToken.START_ARRAY) {
      merges = readMerges(path);
    } else {
      return JsonValue.read(parser, file, path);
    }
    return new JsonValue(file, path, Map.of());
  }

  private Vocabulary readTokens(String path) throws IOException {
    Vocabulary.Builder builder = new Vocabulary.Builder(file, path);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String token = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT
          || parser.getNumberType() != JsonParser.NumberType.INT) {
        throw new CheckpointException(file, path + "." + token, "should be a token's id");
      }
      builder.add(token, parser.getIntValue());
    }
    return builder.build();
  }

  /** Reads tokens with their scores; the place of each is its id. */
  private Vocabulary readPieces(String path) throws IOException {
    Vocabulary.Builder builder = new Vocabulary.Builder(file, path);
    double[] read = new double[1 << 13];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.START_ARRAY
          || parser.nextToken() != JsonToken.VALUE_STRING) {
        throw new CheckpointException(
            file, element(path, count), "should be a token and its score");
      }
      if (count == MOST_PIECES) {
        throw new UnsupportedModelException(
            file, path + ": more than " + MOST_PIECES + " scored tokens are not supported");
      }
      builder.add(parser.getText(), count);
      JsonToken score = parser.nextToken();
      if (score == null || !score.isNumeric() || !Double.isFinite(parser.getDoubleValue())) {
        throw new CheckpointException(
            file, element(path, count) + "[1]", "should be a finite number");
      }
      if (count == read.length) {
        read = Arrays.copyOf(read, 2 * count);
      }
      read[count++] = parser.getDoubleValue();
      if (parser.nextToken() != JsonToken.END_ARRAY) {
        throw new CheckpointException(file, element(path, count - 1), "should end after its score");
      }
    }
    scores = Arrays.copyOf(read, count);
    return builder.build();
  }

  private Merges.Builder readMerges(String path) throws IOException {
    Merges.Builder builder = new Merges.Builder(file, path);
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == JsonToken.VALUE_STRING) {
        builder.add(parser.getText());
      } else {
        readPair(builder, element(path, count));
      }
      count++;
    }
    return builder;
  }

  private void readPair(Merges.Builder builder, String path) throws IOException {
    if (parser.currentToken() == JsonToken.START_ARRAY
        && parser.nextToken() == JsonToken.VALUE_STRING) {
      String left = parser.getText();
      if (parser.nextToken() == JsonToken.VALUE_STRING) {
        builder.add(left, parser.getText());
        if (parser.nextToken() == JsonToken.END_ARRAY) {
          return;
        }
      }
    }
    throw new CheckpointException(file, path, "should be two tokens");
  }

  private static String element(String path, int index) {
    return path + "[" + index + "]";
  }

  private SubwordModel model(JsonValue json) {
    String type = json.get("type").string();
    return switch (type) {
      case "WordPiece" -> WordPiece.from(json, tokens(json));
      case "BPE" -> {
        if (merges == null) {
          throw json.get("merges").damaged("should be an array of pairs of tokens");
        }
        yield BytePairEncoding.from(json, tokens(json), merges);
      }
      case "Unigram" -> {
        if (pieces == null) {
          throw json.get("vocab").damaged("should be an array of tokens and their scores");
        }
        yield Unigram.from(json, pieces, scores);
      }
      default ->
          throw new UnsupportedModelException(
              file, json.path() + ": type \"" + type + "\" is not supported");
    };
  }

  private Vocabulary tokens(JsonValue json) {
    if (tokens == null) {
      throw json.get("vocab").damaged("should be an object of tokens and their ids");
    }
    return tokens;
  }
}
