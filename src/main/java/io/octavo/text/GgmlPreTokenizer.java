package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the names in {@code tokenizer.ggml.pre} stand for: how byte-level tokenizers split texts
 * into words ({@code llama-vocab.cpp}).
 *
 * @param expressions at whose matches texts are split, one after the other
 * @param composes whether the tokenizer that was converted composes characters first, which GGUF
 *     does not say
 * @param ignoresMerges whether a word that is a token stays whole
 * @param begins whether texts begin with a special token where the file does not say
 */
record GgmlPreTokenizer(
    List<String> expressions, boolean composes, boolean ignoresMerges, boolean begins) {
  private static final GgmlPreTokenizer GPT_2 = plain(SplitExpressions.GPT_2);
  private static final GgmlPreTokenizer LLAMA_3 =
      new GgmlPreTokenizer(List.of(SplitExpressions.LLAMA_3), false, true, true);
  private static final GgmlPreTokenizer DIGITS =
      plain(SplitExpressions.DIGIT, SplitExpressions.GPT_2);

  private static final Map<String, GgmlPreTokenizer> KNOWN =
      Stream.of(
              named(GPT_2, "gpt-2", "phi-2", "mpt", "jais", "exaone4", "a.x-4.0", "mellum"),
              named(new GgmlPreTokenizer(GPT_2.expressions, true, false, false), "olmo"),
              named(LLAMA_3, "llama3", "llama-v3", "llama-bpe", "falcon3", "pixtral", "lfm2"),
              named(plain(SplitExpressions.LLAMA_3), "dbrx", "smaug-bpe", "glm4", "chatglm-bpe"),
              named(
                  new GgmlPreTokenizer(List.of(SplitExpressions.QWEN_2), true, false, false),
                  "qwen2",
                  "deepseek-r1-qwen"),
              named(plain(SplitExpressions.QWEN_2), "stablelm2", "megrez", "hunyuan"),
              named(DIGITS, "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone"),
              named(plain(SplitExpressions.BLOOM), "bloom", "gpt3-finnish", "poro-chat"),
              named(plain(SplitExpressions.BLOOM, SplitExpressions.DIGIT), "viking"),
              named(
                  new GgmlPreTokenizer(List.of(SplitExpressions.TEKKEN), false, true, true),
                  "tekken"),
              named(plain(SplitExpressions.GPT_4O), "gpt-4o", "llama4"))
          .flatMap(names -> names.entrySet().stream())
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private static GgmlPreTokenizer plain(String... expressions) {
    return new GgmlPreTokenizer(List.of(expressions), false, false, false);
  }

  private static Map<String, GgmlPreTokenizer> named(GgmlPreTokenizer kind, String... names) {
    return Stream.of(names).collect(Collectors.toMap(name -> name, name -> kind));
  }

  /**
   * The kind of that name.
   *
   * @throws UnsupportedModelException if there is none
   */
  static GgmlPreTokenizer of(String file, String name) {
    GgmlPreTokenizer kind = KNOWN.get(name);
    if (kind == null) {
      throw new UnsupportedModelException(
          file,
          "metadata "
              + GgmlVocabulary.FIELDS
              + "pre: "
              + (name.isEmpty()
                  ? "the file does not say how texts are split into words; convert the model again"
                  : "\"" + name + "\" is no way of splitting texts that is known"));
    }
    return kind;
  }

  /** The field {@code pre_tokenizer} that does the same. */
  Map<String, Object> json() {
    List<Object> steps = new ArrayList<>();
    for (String expression : expressions) {
      steps.add(
          Map.of(
              "type",
              "Split",
              "pattern",
              Map.of("Regex", expression),
              "behavior",
              "Isolated",
              "invert",
              false));
    }
    steps.add(
        Map.of(
            "type", "ByteLevel",
            "add_prefix_space", false,
            "trim_offsets", true,
            "use_regex", false));
    return Map.of("type", "Sequence", "pretokenizers", steps);
  }
}
