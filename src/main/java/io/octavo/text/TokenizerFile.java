package io.octavo.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonDocument;
import io.octavo.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code tokenizer.json}, the format of the {@code tokenizers} library.
 *
 * <p>Read are models of type {@code WordPiece}; normalizers {@code BertNormalizer}, {@code
 * Lowercase}, {@code NFC}, {@code NFD}, {@code NFKC}, {@code NFKD}, {@code Strip}, {@code
 * StripAccents} and sequences of them; pre-tokenizers {@code BertPreTokenizer}, {@code Whitespace},
 * {@code WhitespaceSplit}, {@code Punctuation} and sequences of them; post-processors {@code
 * TemplateProcessing} and {@code BertProcessing}; added tokens; truncation. {@code padding} and
 * {@code decoder} do not bear on the ids of a text and are not looked at, nor is a template's
 * {@code pair}. Whatever else a file asks for is refused by name.
 */
public final class TokenizerFile {
  private static final List<String> KNOWN =
      List.of(
          "version",
          "truncation",
          "padding",
          "added_tokens",
          "normalizer",
          "pre_tokenizer",
          "post_processor",
          "decoder");

  private final String file;
  private final JsonParser parser;
  private @Nullable Vocabulary vocabulary;

  private TokenizerFile(String file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /**
   * Reads a tokenizer.
   *
   * @param file a {@code tokenizer.json}
   * @return the tokenizer, safe for any number of threads
   * @throws CheckpointException if the file cannot be read, is damaged, or contradicts itself
   * @throws UnsupportedModelException if the file asks for something this library does not do
   */
  public static Tokenizer read(Path file) {
    String name = file.toString();
    try (InputStream stream = Files.newInputStream(file)) {
      return read(name, stream);
    } catch (NoSuchFileException exception) {
      throw new CheckpointException(name, "", "there is no such file", exception);
    } catch (IOException exception) {
      throw new CheckpointException(name, "", "cannot be read: " + exception, exception);
    }
  }

  /**
   * Reads a tokenizer from the bytes of a {@code tokenizer.json}; as {@link #read(Path)} otherwise.
   *
   * @param name what the file is called in messages
   * @param stream its bytes; left open
   */
  public static Tokenizer read(String name, InputStream stream) {
    return JsonDocument.read(name, stream, parser -> new TokenizerFile(name, parser).read());
  }

  private Tokenizer read() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new CheckpointException(file, "", "should hold a JSON object");
    }
    Map<String, JsonValue> fields = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      JsonValue value = name.equals("model") ? readModel() : JsonValue.read(parser, file, name);
      if (fields.put(name, value) != null) {
        throw new CheckpointException(file, name, "stands there twice");
      }
    }
    JsonValue root = new JsonValue(file, "", fields);
    SubwordModel model = model(root.get("model"));
    fields.remove("model");
    root.allowOnly(KNOWN.toArray(String[]::new));
    JsonValue version = root.get("version");
    if (!version.string().equals("1.0")) {
      throw new UnsupportedModelException(
          file, "version: \"" + version.string() + "\" is not supported");
    }
    return TokenizerPipeline.from(root, model);
  }

  /** Reads the model's fields; the vocabulary of a tree of JSON values would weigh many times. */
  private JsonValue readModel() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new CheckpointException(file, "model", "should be an object");
    }
    Map<String, JsonValue> fields = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      String path = "model." + name;
      JsonToken first = parser.nextToken();
      JsonValue value;
      if (name.equals("vocab") && first == JsonToken.START_OBJECT) {
        vocabulary = readVocabulary(path);
        value = new JsonValue(file, path, Map.of());
      } else if (name.equals("vocab") || name.equals("merges")) {
        // Of a model of another type, which is refused by its name further on.
        parser.skipChildren();
        value = new JsonValue(file, path, null);
      } else {
        value = JsonValue.read(parser, file, path);
      }
      if (fields.put(name, value) != null) {
        throw new CheckpointException(file, path, "stands there twice");
      }
    }
    return new JsonValue(file, "model", fields);
  }

  private Vocabulary readVocabulary(String path) throws IOException {
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

  private SubwordModel model(JsonValue json) {
    String type = json.get("type").string();
    if (!type.equals("WordPiece")) {
      throw new UnsupportedModelException(
          file, json.path() + ": type \"" + type + "\" is not supported");
    }
    if (vocabulary == null) {
      throw json.get("vocab").damaged("should be an object of tokens and their ids");
    }
    return WordPiece.from(json, vocabulary);
  }
}
