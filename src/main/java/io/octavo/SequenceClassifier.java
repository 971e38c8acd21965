package io.octavo;

import io.octavo.error.CheckpointException;
import io.octavo.error.InvalidInputException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.load.ClassifierExport;
import io.octavo.load.ClassifierSettings;
import io.octavo.load.EncoderCheckpoint;
import io.octavo.load.LoadOptions;
import io.octavo.load.LoadProgress;
import io.octavo.load.ModelFiles;
import io.octavo.load.ModelSource;
import io.octavo.model.ClassifierHead;
import io.octavo.model.ClassifierWeights;
import io.octavo.model.ScoreFunction;
import io.octavo.model.TokenSequence;
import io.octavo.text.EncodedPair;
import io.octavo.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * An encoder with a head that classifies: what {@link TextClassifier} and {@link CrossEncoder} have
 * in common.
 *
 * @param model the encoder
 * @param head what is on its first token
 * @param settings the labels and what becomes of the head's outputs
 */
record SequenceClassifier(LoadedEncoder model, ClassifierHead head, ClassifierSettings settings) {
  static SequenceClassifier load(ModelSource source, LoadOptions options) {
    return ModelLoading.interruptibly(source, () -> loadNow(source, options));
  }

  private static SequenceClassifier loadNow(ModelSource source, LoadOptions options) {
    ModelFiles files = ModelFiles.find(source, "", options.tokenizer());
    if (files.format() != ModelFiles.Format.SAFETENSORS) {
      throw new UnsupportedModelException(
          source.place(files.weights()),
          "classification heads are read from safetensors, not from ONNX files");
    }
    ClassifierSettings settings = ClassifierSettings.read(source, files.configuration());
    return EncoderLoading.load(
        files,
        options,
        settings.maxTokens(),
        (found, memory, team) -> {
          ClassifierHead head =
              ClassifierHead.build(weights(source.place(files.weights()), found), memory, team);
          requireLabels(source.place(files.configuration()), settings, head);
          return head;
        },
        (model, head) -> new SequenceClassifier(model, head, settings));
  }

  private static ClassifierWeights weights(String file, EncoderCheckpoint found) {
    ClassifierWeights weights = found.classifier();
    if (weights == null) {
      throw new UnsupportedModelException(
          file,
          "it holds no head for the classification of texts; it may be an encoder alone, for"
              + " TextEmbedder");
    }
    return weights;
  }

  private static void requireLabels(String file, ClassifierSettings settings, ClassifierHead head) {
    if (settings.labels().size() != head.labels()) {
      throw new CheckpointException(
          file,
          "id2label",
          "names " + settings.labels().size() + " labels, and the head has " + head.labels());
    }
  }

  /** Writes the model to a folder; see {@link LoadedEncoder#export}. */
  void export(Path folder, LoadProgress progress) {
    model.export(folder, new ClassifierExport(head, settings, model.maxTokens()), progress);
  }

  /** The scores of each sequence, {@code [sequences][labels]}. */
  List<float[]> scores(List<TokenSequence> sequences, ScoreFunction function) {
    float[][] scores = new float[sequences.size()][];
    model.forward(
        sequences,
        (sequence, hidden, first, last) -> {
          scores[sequence] = head.logits(hidden, first);
          function.apply(scores[sequence]);
        });
    return List.of(scores);
  }

  /** Texts as the model takes them. */
  List<TokenSequence> texts(List<String> texts) {
    return encode(texts, text -> TokenSequence.of(tokenizer().encode(text, model.maxTokens())));
  }

  /** A text with each of others, as the model takes pairs. */
  List<TokenSequence> pairs(String first, List<String> others) {
    int special = tokenizer().encodePair("", "", Integer.MAX_VALUE).ids().length;
    if (model.maxTokens() < special) {
      throw new InvalidInputException(
          "Pairs have " + special + " special tokens; this model cuts at " + model.maxTokens());
    }
    return encode(
        others,
        second -> {
          EncodedPair pair = tokenizer().encodePair(first, second, model.maxTokens());
          // Some tokenizers number segments for models that know one only.
          return model.descriptor().tokenTypes() > 1
              ? new TokenSequence(pair.ids(), pair.types())
              : TokenSequence.of(pair.ids());
        });
  }

  private static List<TokenSequence> encode(
      List<String> texts, Function<String, TokenSequence> encoder) {
    List<TokenSequence> sequences = new ArrayList<>(texts.size());
    for (String text : texts) {
      sequences.add(encoder.apply(text));
    }
    return sequences;
  }

  private Tokenizer tokenizer() {
    return model.tokenizer();
  }
}
