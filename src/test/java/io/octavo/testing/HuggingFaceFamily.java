package io.octavo.testing;

import java.util.List;

/**
 * The encoder families of {@link TinyHuggingFace}, with the names and defaults of transformers'
 * {@code modeling_*.py} and {@code configuration_*.py}.
 */
public enum HuggingFaceFamily {
  /** BERT. */
  BERT("bert", "Bert", "bert."),
  /** RoBERTa. */
  ROBERTA("roberta", "Roberta", "roberta."),
  /** XLM-RoBERTa, a RoBERTa under another name. */
  XLM_ROBERTA("xlm-roberta", "XLMRoberta", "roberta."),
  /** MPNet. */
  MPNET("mpnet", "MPNet", "mpnet."),
  /** DistilBERT. */
  DISTILBERT("distilbert", "DistilBert", "distilbert.");

  private final String modelType;
  private final String className;
  private final String prefix;

  HuggingFaceFamily(String modelType, String className, String prefix) {
    this.modelType = modelType;
    this.className = className;
    this.prefix = prefix;
  }

  /**
   * What a layer's tensors are called, without {@code .weight} and {@code .bias}.
   *
   * @param query queries
   * @param key keys
   * @param value values
   * @param attended what mixes the heads
   * @param attentionNorm the norm behind it
   * @param expand the first linear layer
   * @param contract the second
   * @param outputNorm the norm behind it
   */
  record LayerNames(
      String query,
      String key,
      String value,
      String attended,
      String attentionNorm,
      String expand,
      String contract,
      String outputNorm) {}

  LayerNames layer(int index) {
    if (this == DISTILBERT) {
      String layer = "transformer.layer." + index;
      return new LayerNames(
          layer + ".attention.q_lin",
          layer + ".attention.k_lin",
          layer + ".attention.v_lin",
          layer + ".attention.out_lin",
          layer + ".sa_layer_norm",
          layer + ".ffn.lin1",
          layer + ".ffn.lin2",
          layer + ".output_layer_norm");
    }
    String layer = "encoder.layer." + index;
    String attention = layer + ".attention";
    boolean mpnet = this == MPNET;
    return new LayerNames(
        attention + (mpnet ? ".attn.q" : ".self.query"),
        attention + (mpnet ? ".attn.k" : ".self.key"),
        attention + (mpnet ? ".attn.v" : ".self.value"),
        attention + (mpnet ? ".attn.o" : ".output.dense"),
        attention + (mpnet ? ".LayerNorm" : ".output.LayerNorm"),
        layer + ".intermediate.dense",
        layer + ".output.dense",
        layer + ".output.LayerNorm");
  }

  /** The field {@code model_type}. */
  public String modelType() {
    return modelType;
  }

  /** What the names of its classes begin with. */
  String className() {
    return className;
  }

  /** What the names of the base model's tensors begin with where it is part of another. */
  public String prefix() {
    return prefix;
  }

  /** Whether tokens have types. */
  public boolean hasTokenTypes() {
    return this != MPNET && this != DISTILBERT;
  }

  /** Whether positions are counted over the tokens that are not padding, from behind its index. */
  public boolean countsPositions() {
    return this != BERT && this != DISTILBERT;
  }

  /** Whether the base model ends in a pooler, which heads other than BERT's do not use. */
  boolean hasPooler() {
    return this != DISTILBERT;
  }

  /** Whether a tensor of that name is part of the head. */
  boolean isOfHead(String name) {
    return name.startsWith("classifier.") || name.startsWith("pre_classifier.");
  }

  int defaultTokenTypes() {
    return this == BERT ? 2 : hasTokenTypes() ? 1 : 0;
  }

  int defaultPadding() {
    return countsPositions() ? 1 : 0;
  }

  double defaultEpsilon() {
    return countsPositions() ? 1e-5 : 1e-12;
  }

  List<String> specialTokens() {
    return countsPositions() ? TinyTokenizer.ROBERTA : TinyTokenizer.BERT;
  }
}
