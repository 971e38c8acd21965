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
  private static final String FILE = "tiny.gguf";
  private static final int WIDTH = 32;

  private DecoderSpecimens() {}

  static List<Specimen> all() {
    List<Specimen> all = new ArrayList<>(DecoderFolders.all());
    all.add(new Specimen("GGUF, all blocks", Map.of(FILE, blocks()), FILE, Door.DECODER));
    for (String name : List.of("llama", "qwen2", "gemma3", "bloom")) {
      all.add(converted(name, byteLevel(DecoderFolders.converted(name))));
    }
    for (String name : List.of("phi3", "gpt-neox")) {
      all.add(converted(name, wordPiece(DecoderFolders.converted(name))));
    }
    for (String name : List.of("gemma2", "olmo2", "qwen3", "gpt2")) {
      all.add(converted(name, unigram(DecoderFolders.converted(name))));
    }
    all.addAll(parts());
    return all;
  }

  private static Specimen converted(String name, TinyGguf file) {
    TinyGguf whole = file.with("tokenizer.chat_template", DecoderFolders.TEMPLATE);
    return new Specimen("GGUF of " + name, Map.of(FILE, whole.bytes()), FILE, Door.DECODER);
  }

  private static List<Specimen> parts() {
    return List.of(
        gguf("GGUF, LLaMA, SentencePiece byte pairs", sentencePiece(model("llama"))),
        gguf("GGUF, Qwen 2, byte-level byte pairs", byteLevel(model("qwen2"))),
        gguf("GGUF, Gemma 2, Unigram", unigram(model("gemma2"))),
        gguf("GGUF, Phi-3, WordPiece", wordPiece(model("phi3"))),
        tokenizer("tokenizer of byte pairs", DecoderTokenizers.byteLevel()),
        tokenizer("tokenizer of SentencePiece byte pairs", DecoderTokenizers.sentencePiece()));
  }

  private static Specimen gguf(String name, TinyGguf file) {
    return new Specimen(name, Map.of(FILE, file.bytes()), FILE, Door.GGUF);
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

  /** A model whose matrices are each in another type, so that all types that are read are there. */
  private static byte[] blocks() {
    int width = 256;
    float[] ones = new float[width];
    Arrays.fill(ones, 1f);
    TinyGguf file =
        TinyGguf.file()
            .with("general.architecture", "llama")
            .with("llama.block_count", 1)
            .with("llama.context_length", 128)
            .with("llama.embedding_length", width)
            .with("llama.feed_forward_length", width)
            .with("llama.attention.head_count", 4)
            .with("llama.attention.head_count_kv", 2)
            .with("llama.attention.layer_norm_rms_epsilon", 1e-5f)
            .with("llama.rope.dimension_count", 64)
            .with("llama.rope.freq_base", 10_000f)
            .with("tokenizer.chat_template", DecoderFolders.TEMPLATE);
    return sentencePiece(file)
        .tensor("token_embd.weight", 7, new long[] {width, 268}, bytes(268 * width / 32 * 24))
        .tensor("output.weight", 30, new long[] {width, 268}, bytes(268 * width * 2))
        .tensor("blk.0.attn_q.weight", 12, new long[] {width, width}, bytes(width * 144))
        .tensor("blk.0.attn_k.weight", 13, new long[] {width, 128}, bytes(128 * 176))
        .tensor("blk.0.attn_v.weight", 14, new long[] {width, 128}, bytes(128 * 210))
        .tensor("blk.0.attn_output.weight", 8, new long[] {width, width}, bytes(width * 8 * 34))
        .tensor("blk.0.ffn_gate.weight", 2, new long[] {width, width}, bytes(width * 8 * 18))
        .tensor("blk.0.ffn_up.weight", 3, new long[] {width, width}, bytes(width * 8 * 20))
        .tensor("blk.0.ffn_down.weight", 6, new long[] {width, width}, bytes(width * 8 * 22))
        .tensor("blk.0.attn_norm.weight", 1, new long[] {width}, bytes(width * 2))
        .floats("blk.0.ffn_norm.weight", new long[] {width}, ones)
        .floats("output_norm.weight", new long[] {width}, ones)
        .bytes();
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
}
