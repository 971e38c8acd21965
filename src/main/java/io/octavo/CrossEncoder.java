package io.octavo;

import io.octavo.load.LoadOptions;
import io.octavo.load.LoadProgress;
import io.octavo.load.ModelSource;
import io.octavo.model.TokenSequence;
import io.octavo.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Says how well texts answer a query, reading both together, in 8 bits unless told otherwise: the
 * models that sentence-transformers calls cross-encoders, and others rerankers.
 *
 * <pre>{@code
 * try (CrossEncoder model = CrossEncoder.load(Path.of("ms-marco-MiniLM-L6-v2"))) {
 *   float score = model.score("How many people live in Berlin?", "Berlin has 3.7 million inhabitants.");
 * }
 * }</pre>
 *
 * <p>Scores are what that library gives: the model's output behind the function that its
 * configuration names, or else, for a model with one label, a sigmoid. The head runs in float32.
 *
 * <p>Safe for any number of threads.
 */
public final class CrossEncoder implements AutoCloseable {
  private final SequenceClassifier classifier;

  private CrossEncoder(SequenceClassifier classifier) {
    this.classifier = classifier;
  }

  /**
   * A text and how well it answers.
   *
   * @param index its place among the texts that were given
   * @param text the text
   * @param score the larger, the better
   */
  public record Ranked(int index, String text, float score) {}

  /** Loads a model with {@link LoadOptions#defaults()}: LLM.int8() while loading. */
  public static CrossEncoder load(Path model) {
    return load(model, LoadOptions.defaults());
  }

  /**
   * Loads a model from disk.
   *
   * @param model a folder as the transformers library or sentence-transformers writes it, or its
   *     {@code *.safetensors}
   * @throws io.octavo.error.CheckpointException if a file is absent, damaged or contradicts itself
   * @throws io.octavo.error.UnsupportedModelException if it holds something else than such a model
   * @throws io.octavo.error.LoadCancelledException if the options or an interrupt ended the load
   */
  public static CrossEncoder load(Path model, LoadOptions options) {
    return load(ModelSource.of(model), options);
  }

  /** Loads a model from anywhere; as {@link #load(Path, LoadOptions)} otherwise. */
  public static CrossEncoder load(ModelSource source, LoadOptions options) {
    return new CrossEncoder(SequenceClassifier.load(source, options));
  }

  /** The names of the labels; most such models have one. */
  public List<String> labels() {
    return classifier.settings().labels();
  }

  /** Where pairs are cut, in tokens, special tokens included. */
  public int maxTokens() {
    return classifier.model().maxTokens();
  }

  /** The tokenizer. */
  public Tokenizer tokenizer() {
    return classifier.model().tokenizer();
  }

  /**
   * How well a text answers a query.
   *
   * @throws IllegalStateException if the model has several labels; {@link #scores} gives them all
   */
  public float score(String query, String text) {
    return scoreAll(query, List.of(text))[0];
  }

  /**
   * How well each text answers a query, in their order; batches are made of texts of similar
   * length.
   *
   * @throws IllegalStateException if the model has several labels; {@link #scores} gives them all
   */
  public float[] scoreAll(String query, List<String> texts) {
    if (labels().size() != 1) {
      throw new IllegalStateException(
          "This model has the labels " + labels() + "; scores() gives the score of each");
    }
    List<float[]> all = run(classifier.pairs(query, texts));
    float[] scores = new float[texts.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = all.get(i)[0];
    }
    return scores;
  }

  /** The score of each label for two texts, {@code [labels]}. */
  public float[] scores(String first, String second) {
    return run(classifier.pairs(first, List.of(second))).getFirst();
  }

  /**
   * The texts that answer a query best, best first.
   *
   * @param top how many at most
   * @throws IllegalStateException if the model has several labels
   */
  public List<Ranked> rank(String query, List<String> texts, int top) {
    float[] scores = scoreAll(query, texts);
    List<Ranked> ranked = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      ranked.add(new Ranked(i, texts.get(i), scores[i]));
    }
    ranked.sort(Comparator.comparingDouble((Ranked text) -> -text.score()));
    return List.copyOf(ranked.subList(0, Math.min(top, ranked.size())));
  }

  private List<float[]> run(List<TokenSequence> pairs) {
    return classifier.scores(pairs, classifier.settings().relevance());
  }

  /**
   * Writes the quantized model to a folder that loads again by {@link #load(Path, LoadOptions)}, in
   * the layout in which the transformers library saves what the reference library of LLM.int8()
   * quantized: linear layers as int8 codes with a constant per output, embeddings in the type in
   * which this model holds them (in float32 where that is int8), everything else in float32. The
   * limit of tokens that is in effect here is written as the tokenizer's.
   *
   * <p>Loaded again with the same options, the model gives the same scores, bit for bit, as this
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
