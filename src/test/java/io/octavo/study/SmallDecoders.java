package io.octavo.study;

import io.octavo.LanguageModel;
import io.octavo.error.OctavoException;
import io.octavo.generate.TokenSequenceState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which families of decoders work: loads the small one of each that the tests compare. */
final class SmallDecoders {
  private static final Path FOLDER = Path.of("src/test/resources/decoders");
  private static final String TEST =
      Probe.test("model.DecoderReferenceTest.logitsAreThoseOfTheTransformersLibrary");

  private SmallDecoders() {}

  /** The table. */
  static String table() {
    List<List<String>> rows = new ArrayList<>();
    add(rows, "LLaMA 1 to 3, with linear, dynamic, llama3, yarn and longrope scaling", "llama");
    add(rows, "Mistral, with its window", "mistral");
    add(rows, "Qwen2, Qwen2.5", "qwen2");
    add(rows, "Qwen3", "qwen3");
    add(rows, "Gemma 2", "gemma2");
    add(rows, "Gemma 3, text alone", "gemma3", "gemma3_text");
    add(rows, "Phi-3", "phi3");
    add(rows, "OLMo 2", "olmo2");
    add(rows, "GPT-2", "gpt2");
    add(rows, "GPT-J", "gptj");
    add(rows, "CodeGen; CodeGen2 with `mp_num` in its `config.json`", "codegen");
    add(rows, "GPT-NeoX, Pythia", "gpt-neox", "gpt_neox");
    add(rows, "OPT", "opt-without-biases", "opt");
    add(rows, "OPT-350M: post-norm, with projections", "opt-350m", "opt");
    add(rows, "BLOOM", "bloom");
    trained(rows, "GLM-130B's block, attending causally", "glm130b");
    trained(rows, "Mix-LN, LayerNorm Scaling: LLaMA with other norms", "llama");
    trained(rows, "Peri-LN", "periln");
    trained(rows, "GPT-2 converted to Pre-RMSNorm or Pre-CRMSNorm", "gpt2");
    trained(
        rows,
        "fairseq's decoder with PowerNorm, Unified Normalization or sigmaReparam",
        "fairseq-decoder");
    trained(rows, "TokenFormer", "tokenformer");
    trained(rows, "WideNet as a decoder", "widenet");
    return Markdown.textTable(List.of("family", "`model_type`", "`LanguageModel`", "test"), rows);
  }

  /** A family that models trained for this project show, which are no part of it. */
  private static void trained(List<List<String>> rows, String title, String type) {
    String test = Probe.test("model.ZooTest.logitsGreedyTextAndLikelihoodAreTheReferences");
    rows.add(List.of(title, "`" + type + "`", "yes", test));
  }

  private static void add(List<List<String>> rows, String title, String type) {
    add(rows, title, type, type);
  }

  private static void add(List<List<String>> rows, String title, String folder, String type) {
    rows.add(List.of(title, "`" + type + "`", verdict(FOLDER.resolve(folder)), TEST));
  }

  private static String verdict(Path folder) {
    try (LanguageModel model = LanguageModel.load(folder);
        TokenSequenceState sequence = model.tokens().open()) {
      sequence.append(new int[] {1, 2, 3});
      return sequence.logits().length == model.tokens().vocabularySize() ? "yes" : "no";
    } catch (OctavoException exception) {
      return "no";
    }
  }
}
