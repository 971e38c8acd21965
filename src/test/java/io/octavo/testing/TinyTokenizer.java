package io.octavo.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a BERT {@code tokenizer.json} with a small vocabulary. */
final class TinyTokenizer {
  /** The special tokens in BERT's order. */
  static final List<String> BERT = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  /** The same in the order in which RoBERTa has their like: padding is 1. */
  static final List<String> ROBERTA = List.of("[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> special;

  private TinyTokenizer(List<String> special) {
    this.special = special;
  }

  static Path write(Path file, int size) {
    try {
      return Files.write(file, bytes(BERT, size));
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  /** The file with that many tokens, the special ones first. */
  static byte[] bytes(List<String> special, int size) {
    return new TinyTokenizer(special).bytes(size);
  }

  private byte[] bytes(int size) {
    if (size <= special.size()) {
      throw new IllegalArgumentException("A vocabulary of " + size);
    }
    ObjectNode root = JSON.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (int id = 0; id < special.size(); id++) {
      added
          .addObject()
          .put("id", id)
          .put("content", special.get(id))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    root.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", true)
        .putNull("strip_accents")
        .put("lowercase", true);
    root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    root.set("post_processor", postProcessor());
    root.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
    ObjectNode model =
        root.putObject("model")
            .put("type", "WordPiece")
            .put("unk_token", "[UNK]")
            .put("continuing_subword_prefix", "##")
            .put("max_input_chars_per_word", 100);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < size; id++) {
      vocabulary.put(token(id), id);
    }
    try {
      return JSON.writeValueAsBytes(root);
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  /** Special tokens, then letters, letters inside words, and words. */
  private String token(int id) {
    int index = id - special.size();
    if (index < 0) {
      return special.get(id);
    }
    if (index < 26) {
      return String.valueOf((char) ('a' + index));
    }
    return index < 52 ? "##" + (char) ('a' + index - 26) : "word" + index;
  }

  private ObjectNode postProcessor() {
    ObjectNode processor = JSON.createObjectNode().put("type", "TemplateProcessing");
    template(processor.putArray("single"), "A");
    ArrayNode pair = processor.putArray("pair");
    template(pair, "A");
    sequence(pair, "B", 1);
    special(pair, "[SEP]", 1);
    ObjectNode tokens = processor.putObject("special_tokens");
    for (String name : List.of("[CLS]", "[SEP]")) {
      ObjectNode token = tokens.putObject(name).put("id", name);
      token.putArray("ids").add(special.indexOf(name));
      token.putArray("tokens").add(name);
    }
    return processor;
  }

  private static void template(ArrayNode parts, String sequence) {
    special(parts, "[CLS]", 0);
    sequence(parts, sequence, 0);
    special(parts, "[SEP]", 0);
  }

  private static void special(ArrayNode parts, String token, int type) {
    parts.addObject().putObject("SpecialToken").put("id", token).put("type_id", type);
  }

  private static void sequence(ArrayNode parts, String id, int type) {
    parts.addObject().putObject("Sequence").put("id", id).put("type_id", type);
  }
}
