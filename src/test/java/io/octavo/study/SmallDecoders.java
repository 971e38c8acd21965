package io.octavo.study;

import io.octavo.LanguageModel;
import io.octavo.error.OctavoException;
import io.octavo.generate.TokenSequenceState;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelSource;
import io.octavo.testing.PaperModel;
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
    trained(rows, "GLM-130B's block, attending causally", PaperModel.GLM);
    trained(rows, "LLaMA with Mix-LN", PaperModel.MIX_LN);
    trained(rows, "LLaMA with LayerNorm Scaling", PaperModel.LAYER_NORM_SCALING);
    trained(rows, "Peri-LN", PaperModel.PERI_LN);
    trained(rows, "GPT-2 converted to Pre-RMSNorm", PaperModel.PRE_RMS_GPT2);
    trained(rows, "GPT-2 converted to Pre-CRMSNorm", PaperModel.PRE_CRMS_GPT2);
    trained(rows, "fairseq's decoder with PowerNorm", PaperModel.POWER_NORM);
    trained(rows, "fairseq's decoder with Unified Normalization", PaperModel.UNIFIED_NORM);
    trained(rows, "fairseq's decoder with sigmaReparam", PaperModel.SIGMA_REPARAM);
    paper(
        rows,
        "fairseq's decoder in DeepNet's order",
        PaperModel.DEEP_NET,
        "model.BlockPlacementTest.section70DeepInDeepNetsOrder");
    trained(rows, "TokenFormer", PaperModel.TOKEN_FORMER);
    trained(rows, "WideNet as a decoder", PaperModel.WIDE_NET);
    return Markdown.textTable(List.of("family", "`model_type`", "`LanguageModel`", "test"), rows);
  }

  /** A family of which models trained for this project, which are no part of it, are compared. */
  private static void trained(List<List<String>> rows, String title, PaperModel model) {
    paper(rows, title, model, "model.ZooTest.logitsGreedyTextAndLikelihoodAreTheReferences");
  }

  private static void paper(List<List<String>> rows, String title, PaperModel model, String test) {
    rows.add(List.of(title, "`" + model.type() + "`", verdict(model.source()), Probe.test(test)));
  }

  private static void add(List<List<String>> rows, String title, String type) {
    add(rows, title, type, type);
  }

  private static void add(List<List<String>> rows, String title, String folder, String type) {
    rows.add(
        List.of(title, "`" + type + "`", verdict(ModelSource.of(FOLDER.resolve(folder))), TEST));
  }

  private static String verdict(ModelSource source) {
    try (LanguageModel model = LanguageModel.load(source, LoadOptions.defaults());
        TokenSequenceState sequence = model.tokens().open()) {
      sequence.append(new int[] {1, 2, 3});
      return sequence.logits().length == model.tokens().vocabularySize() ? "yes" : "no";
    } catch (OctavoException exception) {
      return "no";
    }
  }
}
