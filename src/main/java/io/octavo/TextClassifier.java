package io.octavo;

import io.octavo.load.LoadOptions;
import io.octavo.load.LoadProgress;
import io.octavo.load.ModelSource;
import io.octavo.model.ScoreFunction;
import io.octavo.model.TokenSequence;
import io.octavo.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Says which of a model's labels a text has, in 8 bits unless told otherwise: models that were
 * saved as {@code ...ForSequenceClassification}.
 *
 * <pre>{@code
 * try (TextClassifier model = TextClassifier.load(Path.of("distilbert-sst-2"))) {
 *   TextClassifier.Label label = model.classify("What a lovely film!").getFirst();
 * }
 * }</pre>
 *
 * <p>Scores are what the transformers library's text-classification pipeline gives: of several
 * labels of which one holds, numbers whose sum is 1; of labels that hold independently, or of a
 * single one, numbers from 0 to 1; of a regression, the model's outputs. The head runs in float32.
 *
 * <p>Safe for any number of threads.
 */
public final class TextClassifier implements AutoCloseable {
  private final SequenceClassifier classifier;

  private TextClassifier(SequenceClassifier classifier) {
    this.classifier = classifier;
  }

  /**
   * A label and how well it fits.
   *
   * @param index its number
   * @param name its name
   * @param score the larger, the better
   */
  public record Label(int index, String name, float score) {}

  /** Loads a model with {@link LoadOptions#defaults()}: LLM.int8() while loading. */
  public static TextClassifier load(Path model) {
    return load(model, LoadOptions.defaults());
  }

  /**
   * Loads a model from disk.
   *
   * @param model a folder as the transformers library writes it, or its {@code *.safetensors}
   * @throws io.octavo.error.CheckpointException if a file is absent, damaged or contradicts itself
   * @throws io.octavo.error.UnsupportedModelException if it holds something else than such a model
   * @throws io.octavo.error.LoadCancelledException if the options or an interrupt ended the load
   */
  public static TextClassifier load(Path model, LoadOptions options) {
    return load(ModelSource.of(model), options);
  }

  /** Loads a model from anywhere; as {@link #load(Path, LoadOptions)} otherwise. */
  public static TextClassifier load(ModelSource source, LoadOptions options) {
    return new TextClassifier(SequenceClassifier.load(source, options));
  }

  /** The names of the labels, by their numbers. */
  public List<String> labels() {
    return classifier.settings().labels();
  }

  /** Where texts are cut, in tokens, special tokens included. */
  public int maxTokens() {
    return classifier.model().maxTokens();
  }

  /** The tokenizer. */
  public Tokenizer tokenizer() {
    return classifier.model().tokenizer();
  }

  /** The labels of a text, best first. */
  public List<Label> classify(String text) {
    return classifyAll(List.of(text)).getFirst();
  }

  /** The labels of each text, best first; batches are made of texts of similar length. */
  public List<List<Label>> classifyAll(List<String> texts) {
    return ranked(classifier.texts(texts));
  }

  /** The labels of two texts together, such as a premise and a hypothesis, best first. */
  public List<Label> classify(String first, String second) {
    return ranked(classifier.pairs(first, List.of(second))).getFirst();
  }

  private List<List<Label>> ranked(List<TokenSequence> sequences) {
    List<List<Label>> all = new ArrayList<>();
    for (float[] scores : classifier.scores(sequences, classifier.settings().classification())) {
      List<Label> labels = new ArrayList<>();
      for (int i = 0; i < scores.length; i++) {
        labels.add(new Label(i, labels().get(i), scores[i]));
      }
      labels.sort(Comparator.comparingDouble((Label label) -> -label.score()));
      all.add(List.copyOf(labels));
    }
    return List.copyOf(all);
  }

  /** The head's outputs for a text, {@code [labels]}, before they become scores. */
  public float[] logits(String text) {
    return classifier.scores(classifier.texts(List.of(text)), ScoreFunction.NONE).getFirst();
  }

  /**
   * The head's outputs for a sequence of token ids, {@code [labels]}.
   *
   * @throws io.octavo.error.InvalidInputException if there are none, too many, or an id is no
   *     token's
   */
  public float[] logits(TokenSequence sequence) {
    return classifier.scores(List.of(sequence), ScoreFunction.NONE).getFirst();
  }

  /**
   * Writes the quantized model to a folder that loads again by {@link #load(Path, LoadOptions)}, in
   * the layout in which the transformers library saves what the reference library of LLM.int8()
   * quantized: linear layers as int8 codes with a constant per output, embeddings in the type in
   * which this model holds them (in float32 where that is int8), everything else in float32. The
   * limit of tokens that is in effect here is written as the tokenizer's.
   *
   * <p>Loaded again with the same options, the model gives the same logits, bit for bit, as this
   * one does if its outlier weights are {@link io.octavo.quantize.OutlierWeights#INT8}; others read
   * weights that are not exported. The source need not be there any more.
   *
   * <p>The folder appears under its name only once it is whole and on disk; whatever fails, nothing
   * is left behind. A process that ends meanwhile leaves a folder whose name begins with a dot and
   * ends with {@code .tmp}.
   *
   * @param folder where to; must not be there, or be empty
   * @throws IllegalStateException if the model is closed, or the layout cannot hold it: linear
   *     layers in floating point, or zeropoint codes
   * @throws io.octavo.error.CheckpointException if the folder cannot be written, somebody else
   *     filled it meanwhile, or the thread was interrupted
   */
  public void export(Path folder) {
    export(folder, LoadProgress.NONE);
  }

  /**
   * As {@link #export(Path)}.
   *
   * @param progress told of each tensor before it is written
   */
  public void export(Path folder, LoadProgress progress) {
    classifier.export(folder, progress);
  }

  /** What the model is and has met so far. */
  public ModelReport report() {
    return classifier.model().report();
  }

  /** Waits for running calls, refuses new ones, and frees the model's memory. */
  @Override
  public void close() {
    classifier.model().close();
  }
}
