package io.octavo.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes small tokenizer files, each a sound one with some fields replaced. */
final class TinyTokenizer {
  private final Map<String, String> fields = new LinkedHashMap<>();

  TinyTokenizer() {
    fields.put("version", "\"1.0\"");
    fields.put("truncation", "null");
    fields.put("padding", "null");
    fields.put(
        "added_tokens",
        "["
            + added(1, "[CLS]", "")
            + ","
            + added(2, "[SEP]", "")
            + ","
            + added(3, "[MASK]", "lstrip")
            + "]");
    fields.put(
        "normalizer",
        """
        {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
         "strip_accents": null, "lowercase": true}""");
    fields.put("pre_tokenizer", "{\"type\": \"BertPreTokenizer\"}");
    fields.put(
        "post_processor",
        """
        {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                    {"Sequence": {"id": "A", "type_id": 0}},
                    {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
         "pair": [],
         "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [1], "tokens": ["[CLS]"]},
                            "[SEP]": {"id": "[SEP]", "ids": [2], "tokens": ["[SEP]"]}}}""");
    fields.put("decoder", "null");
    fields.put(
        "model",
        model(
            """
            {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "[MASK]": 3, "un": 4, "##aff": 5, "##able": 6,
             "##a": 7, "aff": 8, ",": 9, "!": 10, "cafe": 11, "\u4e2d": 12, "i\u0307": 13,
             "\u03c3": 14, "##\u03c3": 15, "[": 16, "##]": 17, "]": 18, "##\ud83d\ude42": 19,
             "\ud83d\ude42": 20}"""));
  }

  /** An element of {@code added_tokens}; {@code set} names the one property that is true. */
  static String added(int id, String content, String set) {
    return """
    {"id": %d, "content": "%s", "single_word": %b, "lstrip": %b, "rstrip": %b, "normalized": %b,
     "special": true}"""
        .formatted(
            id,
            content,
            set.equals("single_word"),
            set.equals("lstrip"),
            set.equals("rstrip"),
            set.equals("normalized"));
  }

  /** The field {@code model} around a vocabulary. */
  static String model(String vocabulary) {
    return """
    {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
     "max_input_chars_per_word": 9, "vocab": %s}"""
        .formatted(vocabulary);
  }

  TinyTokenizer with(String field, String json) {
    fields.put(field, json);
    return this;
  }

  TinyTokenizer without(String field) {
    fields.remove(field);
    return this;
  }

  /** The same with part of one field's text replaced. */
  TinyTokenizer replacing(String field, String part, String replacement) {
    String json = fields.getOrDefault(field, "");
    if (!json.contains(part)) {
      throw new IllegalArgumentException(field + " does not hold " + part);
    }
    return with(field, json.replace(part, replacement));
  }

  String json() {
    StringBuilder json = new StringBuilder();
    fields.forEach(
        (name, value) ->
            json.append(json.isEmpty() ? "{" : ",\n")
                .append('"')
                .append(name)
                .append("\": ")
                .append(value));
    return json.append("}").toString();
  }

  Path write(Path folder) {
    try {
      return Files.writeString(folder.resolve("tiny.json"), json());
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  Tokenizer read(Path folder) {
    return TokenizerFile.read(write(folder));
  }
}
