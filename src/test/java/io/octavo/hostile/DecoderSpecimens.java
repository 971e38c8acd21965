package io.octavo.hostile;

import io.octavo.hostile.Specimen.Door;
import io.octavo.testing.TinyGguf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small sound files of decoders: GGUF with every kind of vocabulary, and tokenizers. */
final class DecoderSpecimens {
  private static final int WIDTH = 32;

  private DecoderSpecimens() {}

  static List<Specimen> all() {
    return List.of(
        gguf("GGUF, LLaMA, SentencePiece byte pairs", sentencePiece(model("llama"))),
        gguf("GGUF, Qwen 2, byte-level byte pairs", byteLevel(model("qwen2"))),
        gguf("GGUF, Gemma 2, Unigram", unigram(model("gemma2"))),
        gguf("GGUF, Phi-3, WordPiece", wordPiece(model("phi3"))),
        tokenizer("tokenizer of byte pairs", byteLevelFile()),
        tokenizer("tokenizer of SentencePiece byte pairs", sentencePieceFile()));
  }

  private static Specimen gguf(String name, TinyGguf file) {
    return new Specimen(name, Map.of("tiny.gguf", file.bytes()), "tiny.gguf", Door.GGUF);
  }

  private static Specimen tokenizer(String name, String json) {
    return new Specimen(
        name, Map.of("tokenizer.json", json.getBytes(StandardCharsets.UTF_8)), "", Door.TOKENIZER);
  }

  /** Metadata and a layer, its matrices in different types. */
  private static TinyGguf model(String architecture) {
    return TinyGguf.file()
        .with("general.architecture", architecture)
        .with("general.alignment", 32)
        .with(architecture + ".block_count", 1)
        .with(architecture + ".context_length", 64)
        .with(architecture + ".embedding_length", WIDTH)
        .with(architecture + ".feed_forward_length", 256)
        .with(architecture + ".attention.head_count", 4)
        .with(architecture + ".attention.head_count_kv", 2)
        .with(architecture + ".attention.key_length", 8)
        .with(architecture + ".attention.layer_norm_rms_epsilon", 1e-5f)
        .with(architecture + ".rope.freq_base", 10_000f)
        .with(architecture + ".rope.dimension_count", 8)
        .with(architecture + ".rope.scaling.type", "linear")
        .with(architecture + ".rope.scaling.factor", 2f)
        .with("tokenizer.chat_template", "{{ messages }}")
        .floats("token_embd.weight", new long[] {WIDTH, 40}, new float[40 * WIDTH])
        .tensor("blk.0.attn_q.weight", 8, new long[] {WIDTH, WIDTH}, bytes(WIDTH * 34))
        .tensor("blk.0.attn_k.weight", 2, new long[] {WIDTH, 16}, bytes(16 * 18))
        .tensor("blk.0.attn_v.weight", 1, new long[] {WIDTH, 16}, bytes(16 * WIDTH * 2))
        .tensor("blk.0.ffn_down.weight", 14, new long[] {256, WIDTH}, bytes(WIDTH * 210))
        .tensor("blk.0.ffn_gate.weight", 12, new long[] {256, 8}, bytes(8 * 144))
        .floats("blk.0.attn_norm.weight", new long[] {WIDTH}, new float[WIDTH])
        .floats("output_norm.weight", new long[] {WIDTH}, new float[WIDTH]);
  }

  /** Blocks whose scales, wherever they are, are below 2. */
  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    for (int i = 0; i < count; i++) {
      bytes[i] &= 0x3F;
    }
    return bytes;
  }

  private static TinyGguf sentencePiece(TinyGguf file) {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>", "<|user|>"));
    int[] types = new int[4 + 256 + 8];
    Arrays.fill(types, 1);
    types[0] = 2;
    types[1] = 3;
    types[2] = 3;
    types[3] = 4;
    for (int value = 0; value < 256; value++) {
      types[tokens.size()] = 6;
      tokens.add("<0x%02X>".formatted(value));
    }
    tokens.addAll(List.of("\u2581", "t", "h", "e", "th", "the", "\u2581the", "a"));
    float[] scores = new float[tokens.size()];
    for (int id = 0; id < scores.length; id++) {
      scores[id] = -id;
    }
    return file.with("tokenizer.ggml.model", "llama")
        .with("tokenizer.ggml.tokens", tokens)
        .with("tokenizer.ggml.scores", scores)
        .with("tokenizer.ggml.token_type", types)
        .with("tokenizer.ggml.bos_token_id", 1)
        .with("tokenizer.ggml.eos_token_id", 2)
        .with("tokenizer.ggml.unknown_token_id", 0)
        .with("tokenizer.ggml.add_bos_token", true)
        .with("tokenizer.ggml.add_space_prefix", true);
  }

  private static TinyGguf byteLevel(TinyGguf file) {
    return file.with("tokenizer.ggml.model", "gpt2")
        .with("tokenizer.ggml.pre", "qwen2")
        .with(
            "tokenizer.ggml.tokens",
            List.of("<|endoftext|>", "t", "h", "e", "\u0120", "th", "the", "\u0120the", "\u00c3"))
        .with("tokenizer.ggml.token_type", 3, 1, 1, 1, 1, 1, 1, 1, 1)
        .with("tokenizer.ggml.merges", List.of("t h", "th e", "\u0120 the"))
        .with("tokenizer.ggml.eos_token_id", 0);
  }

  private static TinyGguf unigram(TinyGguf file) {
    byte[] map = HostileTokenizers.characterMap();
    return file.with("tokenizer.ggml.model", "t5")
        .with("tokenizer.ggml.tokens", List.of("<unk>", "</s>", "\u2581", "\u2581the", "a", "b"))
        .with("tokenizer.ggml.scores", 0f, 0f, -2f, -3f, -4f, -5f)
        .with("tokenizer.ggml.token_type", 2, 3, 1, 1, 1, 1)
        .array("tokenizer.ggml.precompiled_charsmap", 0, map.length, out -> out.writeBytes(map))
        .with("tokenizer.ggml.eos_token_id", 1)
        .with("tokenizer.ggml.unknown_token_id", 0)
        .with("tokenizer.ggml.remove_extra_whitespaces", true);
  }

  private static TinyGguf wordPiece(TinyGguf file) {
    return file.with("tokenizer.ggml.model", "bert")
        .with("tokenizer.ggml.pre", "bert-bge")
        .with(
            "tokenizer.ggml.tokens",
            List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "\u2581the", "\u2581un", "able", "\u2581."))
        .with("tokenizer.ggml.token_type", 3, 3, 3, 3, 1, 1, 1, 1)
        .with("tokenizer.ggml.unknown_token_id", 1)
        .with("tokenizer.ggml.cls_token_id", 2)
        .with("tokenizer.ggml.seperator_token_id", 3);
  }

  /** Qwen's kind. */
  private static String byteLevelFile() {
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
  private static String sentencePieceFile() {
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
