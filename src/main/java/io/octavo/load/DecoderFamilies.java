package io.octavo.load;

import io.octavo.error.UnsupportedModelException;
import java.util.Map;
import java.util.TreeSet;

/** The families of decoders. */
final class DecoderFamilies {
  /** By the {@code model_type} of {@code config.json}. */
  private static final Map<String, DecoderFamily> BY_TYPE =
      Map.ofEntries(
          Map.entry("llama", new LlamaFamily()),
          Map.entry("mistral", new MistralFamily()),
          Map.entry("qwen2", new Qwen2Family()),
          Map.entry("qwen3", new Qwen3Family()),
          Map.entry("olmo2", new Olmo2Family()),
          Map.entry("gemma2", new Gemma2Family()),
          Map.entry("gemma3_text", new Gemma3Family()),
          Map.entry("phi3", new Phi3Family()),
          Map.entry("gpt2", new Gpt2Family()),
          Map.entry("gptj", new GptJFamily()),
          Map.entry("codegen", new CodeGenFamily()),
          Map.entry("gpt_neox", new GptNeoXFamily()),
          Map.entry("opt", new OptFamily()),
          Map.entry("bloom", new BloomFamily()),
          Map.entry("glm130b", new Glm130bFamily()),
          Map.entry("periln", new PeriLnFamily()),
          Map.entry("fairseq-decoder", new FairseqFamily()),
          Map.entry("tokenformer", new TokenFormerFamily()),
          Map.entry("widenet", new WideNetFamily()));

  private DecoderFamilies() {}

  /** The family of a model; refuses a type that none serves. */
  static DecoderFamily of(ModelConfig config) {
    DecoderFamily family = BY_TYPE.get(config.type());
    if (family == null) {
      throw new UnsupportedModelException(
          config.json().file(),
          "model_type: \""
              + config.type()
              + "\" is not supported; these are: "
              + String.join(", ", new TreeSet<>(BY_TYPE.keySet())));
    }
    config.refuseQuantized();
    config.expect("add_cross_attention", false);
    if (!family.needsNoCode()) {
      config.refuseCode();
    }
    return family;
  }
}
