package io.octavo.hostile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Small {@code tokenizer.json} files of the kinds that are not WordPiece. */
final class HostileTokenizers {
  /** Ids 0 to 4 of both, in RoBERTa's order. */
  private static final List<String> SPECIAL = List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>");

  private HostileTokenizers() {}

  /** RoBERTa's kind: byte-pair encoding of bytes. */
  static byte[] bytePairs() {
    List<String> tokens = new ArrayList<>(SPECIAL);
    for (char letter = 'a'; letter <= 'z'; letter++) {
      tokens.add(String.valueOf(letter));
    }
    tokens.addAll(List.of("\u0120", "\u0120a", "th", "the", "\u0120the", "er", "in"));
    StringBuilder vocabulary = new StringBuilder();
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.append(id == 0 ? "" : ", ").append("\"%s\": %d".formatted(tokens.get(id), id));
    }
    return file(
        "null",
        "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true}",
        """
        {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0],
         "trim_offsets": true, "add_prefix_space": false}""",
        """
        {"type": "BPE", "dropout": null, "unk_token": "<unk>", "continuing_subword_prefix": "",
         "end_of_word_suffix": "", "fuse_unk": false, "vocab": {%s},
         "merges": ["\u0120 a", "t h", "th e", "\u0120 the", "e r", "i n"]}"""
            .formatted(vocabulary));
  }

  /** XLM-RoBERTa's kind: Unigram behind a compiled normalization. */
  static byte[] unigram() {
    StringBuilder vocabulary = new StringBuilder();
    List<String> tokens = new ArrayList<>(SPECIAL);
    tokens.addAll(List.of("\u2581", "\u2581the", "the", "\u2581a", "er", "in", "\u4e2d"));
    for (char letter = 'a'; letter <= 'z'; letter++) {
      tokens.add(String.valueOf(letter));
    }
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary
          .append(id == 0 ? "" : ", ")
          .append("[\"%s\", %s]".formatted(tokens.get(id), id < 5 ? "0.0" : "-" + id + ".25"));
    }
    return file(
        """
        {"type": "Sequence", "normalizers": [
          {"type": "Precompiled", "precompiled_charsmap": "%s"},
          {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]}"""
            .formatted(Base64.getEncoder().encodeToString(characterMap())),
        """
        {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always",
         "split": true}""",
        """
        {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                    {"Sequence": {"id": "A", "type_id": 0}},
                    {"SpecialToken": {"id": "</s>", "type_id": 0}}],
         "pair": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                  {"Sequence": {"id": "A", "type_id": 0}},
                  {"SpecialToken": {"id": "</s>", "type_id": 0}},
                  {"Sequence": {"id": "B", "type_id": 0}},
                  {"SpecialToken": {"id": "</s>", "type_id": 0}}],
         "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]},
                            "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}}}""",
        "{\"type\": \"Unigram\", \"unk_id\": 3, \"vocab\": [%s]}".formatted(vocabulary));
  }

  private static byte[] file(String normalizer, String words, String special, String model) {
    StringBuilder added = new StringBuilder();
    for (int id = 0; id < SPECIAL.size(); id++) {
      added
          .append(id == 0 ? "" : ", ")
          .append(
              """
              {"id": %d, "content": "%s", "single_word": false, "lstrip": %b, "rstrip": false,
               "normalized": false, "special": true}"""
                  .formatted(id, SPECIAL.get(id), id == 4));
    }
    return """
    {"version": "1.0", "truncation": {"direction": "Right", "max_length": 128,
      "strategy": "LongestFirst", "stride": 0}, "padding": null,
     "added_tokens": [%s],
     "normalizer": %s,
     "pre_tokenizer": %s,
     "post_processor": %s,
     "decoder": null,
     "model": %s}
    """
        .formatted(added, normalizer, words, special, model)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A tree of one string, "A", which becomes "a". */
  static byte[] characterMap() {
    int[] units = new int[1024];
    int letter = 256 ^ 'A';
    units[0] = 256 << 10;
    units[letter] = (512 ^ letter) << 10 | 0x100 | 'A';
    units[512] = Integer.MIN_VALUE;
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES * (units.length + 1) + 2).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(Integer.BYTES * units.length);
    for (int unit : units) {
      bytes.putInt(unit);
    }
    bytes.put((byte) 'a');
    return bytes.array();
  }
}
