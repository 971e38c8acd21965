package io.octavo.hostile;

/** Small {@code tokenizer.json} files of the kinds that decoders have. */
final class DecoderTokenizers {
  private DecoderTokenizers() {}

  /** Qwen's kind. */
  static String byteLevel() {
    return """
    {"version": "1.0", "truncation": null, "padding": null,
     "added_tokens": [{"id": 8, "content": "<|im_end|>", "single_word": false, "lstrip": false,
       "rstrip": false, "normalized": false, "special": true}],
     "normalizer": {"type": "NFC"},
     "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
       {"type": "Split", "pattern": {"Regex": "%s"}, "behavior": "Isolated", "invert": false},
       {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false,
        "use_regex": false}]},
     "post_processor": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false,
       "use_regex": false},
     "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false,
       "use_regex": false},
     "model": {"type": "BPE", "dropout": null, "unk_token": null,
       "continuing_subword_prefix": "", "end_of_word_suffix": "", "fuse_unk": false,
       "byte_fallback": false, "ignore_merges": true,
       "vocab": {"t": 0, "h": 1, "e": 2, "\u0120": 3, "th": 4, "the": 5, "\u0120the": 6,
         "\u00c3": 7},
       "merges": [["t", "h"], ["th", "e"], ["\u0120", "the"]]}}
    """
        .formatted(
            ("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
                    + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+")
                .replace("\\", "\\\\"));
  }

  /** LLaMA's kind. */
  static String sentencePiece() {
    return """
    {"version": "1.0", "truncation": null, "padding": null,
     "added_tokens": [{"id": 0, "content": "<unk>", "single_word": false, "lstrip": false,
       "rstrip": false, "normalized": false, "special": true},
       {"id": 1, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": true,
       "normalized": false, "special": true}],
     "normalizer": {"type": "Sequence", "normalizers": [
       {"type": "Prepend", "prepend": "\u2581"},
       {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]},
     "pre_tokenizer": null,
     "post_processor": {"type": "TemplateProcessing",
       "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                  {"Sequence": {"id": "A", "type_id": 0}}],
       "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
       "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
     "decoder": {"type": "Sequence", "decoders": [
       {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "},
       {"type": "ByteFallback"}, {"type": "Fuse"},
       {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
     "model": {"type": "BPE", "dropout": null, "unk_token": "<unk>", "fuse_unk": true,
       "byte_fallback": true,
       "vocab": {"<unk>": 0, "<s>": 1, "<0x0A>": 2, "\u2581": 3, "t": 4, "h": 5, "th": 6,
         "\u2581th": 7, "e": 8},
       "merges": ["t h", "\u2581 th"]}}
    """;
  }
}
