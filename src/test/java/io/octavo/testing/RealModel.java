package io.octavo.testing;

import io.octavo.load.LoadOptions;
import io.octavo.model.Pooling;
import java.nio.file.Path;
import java.util.Map;

/**
 * The published models that the tests run, with what their cards say of pooling and prompts. All
 * give vectors of length 1.
 */
public enum RealModel {
  /** sentence-transformers/all-MiniLM-L6-v2. */
  MINI_LM("all-MiniLM-L6-v2", "all-minilm-l6-v2", Pooling.MEAN, "", ""),
  /** BAAI/bge-small-en-v1.5. */
  BGE_SMALL(
      "bge-small-en-v1.5",
      "bge-small-en-v1.5",
      Pooling.CLS,
      "Represent this sentence for searching relevant passages: ",
      ""),
  /** intfloat/e5-small-v2. */
  E5_SMALL("e5-small-v2", "e5-small-v2", Pooling.MEAN, "query: ", "passage: ");

  private final String title;
  private final String file;
  private final Pooling pooling;
  private final String queryPrompt;
  private final String passagePrompt;

  RealModel(String title, String file, Pooling pooling, String queryPrompt, String passagePrompt) {
    this.title = title;
    this.file = file;
    this.pooling = pooling;
    this.queryPrompt = queryPrompt;
    this.passagePrompt = passagePrompt;
  }

  /** Its published name. */
  public String title() {
    return title;
  }

  /** How its token outputs become one vector. */
  public Pooling pooling() {
    return pooling;
  }

  /** The file; the calling test is skipped, with a reason, where it is absent. */
  public Path onnx() {
    return TestData.model(file + ".onnx");
  }

  /** The tokenizer beside it. */
  public Path tokenizer() {
    return onnx().resolveSibling(file + "-tokenizer.json");
  }

  /** What is put before a query. */
  public String queryPrompt() {
    return queryPrompt;
  }

  /** What is put before a text that is to be found. */
  public String passagePrompt() {
    return passagePrompt;
  }

  /** Those options with the model's own pooling and prompts, which an ONNX file does not state. */
  public LoadOptions options(LoadOptions options) {
    return options
        .withPooling(pooling)
        .withPrompts(Map.of("query", queryPrompt, "passage", passagePrompt));
  }

  /** The vector of length 1 that the outputs of ONNX Runtime pool to, in double. */
  public double[] pooled(float[][] tokens) {
    return pooling == Pooling.CLS
        ? OnnxRuntimeEncoder.firstPooled(tokens)
        : OnnxRuntimeEncoder.meanPooled(tokens);
  }
}
