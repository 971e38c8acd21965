package io.octavo.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.octavo.error.CheckpointException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads JSON files whose nesting, names and numbers are bounded, since anybody may have made them.
 */
public final class JsonDocument {
  // Names of fields are mostly a vocabulary's tokens or a checkpoint's tensors, each met once: no
  // use in a table of them.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(64)
                  .maxDocumentLength(1L << 28)
                  .maxNumberLength(64)
                  .maxNameLength(1 << 16)
                  .maxStringLength(1 << 24)
                  .build())
          .build();

  private JsonDocument() {}

  /**
   * Makes something of a parser.
   *
   * @param <T> what
   */
  @FunctionalInterface
  public interface Reading<T> {
    /** Reads from a parser that has not read a token yet. */
    T read(JsonParser parser) throws IOException;
  }

  /**
   * Reads a file that holds one JSON object.
   *
   * @param file its name, for messages
   * @param stream its bytes; left open
   * @throws CheckpointException if it is no sound JSON, holds something else or more than that, or
   *     cannot be read
   */
  public static JsonValue object(String file, InputStream stream) {
    return read(
        file,
        stream,
        parser -> {
          if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new CheckpointException(file, "", "should hold a JSON object");
          }
          return JsonValue.read(parser, file, "");
        });
  }

  /**
   * Reads a file that holds one JSON value, such as an array.
   *
   * @param file its name, for messages
   * @param stream its bytes; left open
   * @throws CheckpointException as {@link #object}
   */
  public static JsonValue value(String file, InputStream stream) {
    return read(
        file,
        stream,
        parser -> {
          parser.nextToken();
          return JsonValue.read(parser, file, "");
        });
  }

  /**
   * Reads a file by its tokens; its end is expected after what {@code reading} reads.
   *
   * @throws CheckpointException if it is no sound JSON, goes on after that, or cannot be read
   */
  public static <T> T read(String file, InputStream stream, Reading<T> reading) {
    try (JsonParser parser = FACTORY.createParser(stream)) {
      parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      try {
        T result = reading.read(parser);
        if (parser.nextToken() != null) {
          throw new CheckpointException(file, "", "goes on after the end of its JSON value");
        }
        return result;
      } catch (JsonProcessingException exception) {
        throw new CheckpointException(
            file, place(parser), "is not sound JSON: " + exception.getOriginalMessage(), exception);
      }
    } catch (IOException exception) {
      throw new CheckpointException(file, "", "cannot be read: " + exception, exception);
    }
  }

  /** Where the parser stands. */
  private static String place(JsonParser parser) {
    JsonLocation location = parser.currentLocation();
    String path = path(parser.getParsingContext());
    return (path.isEmpty() ? "" : path + ", ")
        + "line "
        + location.getLineNr()
        + ", column "
        + location.getColumnNr();
  }

  private static String path(JsonStreamContext context) {
    StringBuilder path = new StringBuilder();
    for (JsonStreamContext level = context; level != null; level = level.getParent()) {
      if (level.inArray()) {
        path.insert(0, "[" + level.getCurrentIndex() + "]");
      } else if (level.getCurrentName() != null) {
        path.insert(0, "." + level.getCurrentName());
      }
    }
    return path.isEmpty() ? "" : path.substring(1);
  }
}
