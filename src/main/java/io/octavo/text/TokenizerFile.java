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

/**
 * Reads {@code tokenizer.json}, the format of the {@code tokenizers} library.
 *
 * <p>Read are
 *
 * <ul>
 *   <li>models of type {@code WordPiece}, {@code BPE} (without dropout) and {@code Unigram} (with
 *       an unknown token);
 *   <li>normalizers {@code BertNormalizer}, {@code Lowercase}, {@code NFC}, {@code NFD}, {@code
 *       NFKC}, {@code NFKD}, {@code Nmt}, {@code Precompiled}, {@code Prepend}, {@code Replace} (of
 *       a string, or of the expression <code>&nbsp;{2,}</code>), {@code Strip}, {@code
 *       StripAccents} and sequences of them;
 *   <li>pre-tokenizers {@code BertPreTokenizer}, {@code ByteLevel}, {@code Digits}, {@code
 *       Metaspace}, {@code Punctuation}, {@code Split} (at a string, or by the expressions of
 *       GPT-2, GPT-4o, LLaMA 3, Qwen 2, Tekken and BLOOM), {@code Whitespace}, {@code
 *       WhitespaceSplit} and sequences of them;
 *   <li>post-processors {@code BertProcessing}, {@code ByteLevel}, {@code RobertaProcessing},
 *       {@code TemplateProcessing} and sequences of which one places special tokens;
 *   <li>decoders {@code ByteFallback}, {@code ByteLevel}, {@code Fuse}, {@code Metaspace}, {@code
 *       Replace} (of a string), {@code Strip} (at the beginning), {@code WordPiece} and sequences
 *       of them;
 *   <li>added tokens; truncation.
 * </ul>
 *
 * <p>{@code padding} does not bear on the ids of a text and is not looked at; {@code decoder} is
 * read when text is made of tokens. Whatever else a file asks for is refused by name.
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
    SubwordModel model = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      boolean seen = name.equals("model") ? model != null : fields.containsKey(name);
      if (seen) {
        throw new CheckpointException(file, name, "stands there twice");
      }
      if (!name.equals("model") && !KNOWN.contains(name)) {
        throw new UnsupportedModelException(file, name + ": a field of this name is not supported");
      }
      if (name.equals("model")) {
        model = new ModelReader(file, parser).read();
      } else {
        fields.put(name, JsonValue.read(parser, file, name));
      }
    }
    JsonValue root = new JsonValue(file, "", fields);
    if (model == null) {
      throw new CheckpointException(file, "model", "is missing");
    }
    JsonValue version = root.get("version");
    if (!version.string().equals("1.0")) {
      throw new UnsupportedModelException(
          file, "version: \"" + version.string() + "\" is not supported");
    }
    return TokenizerPipeline.from(root, model);
  }
}
