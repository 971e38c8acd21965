package io.octavo;

import io.octavo.error.CheckpointException;
import io.octavo.error.InvalidInputException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.load.BertOnnx;
import io.octavo.load.Checkpoint;
import io.octavo.load.EncoderCheckpoint;
import io.octavo.load.GgufModel;
import io.octavo.load.HuggingFaceEncoder;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelFiles;
import io.octavo.load.OnnxCheckpoint;
import io.octavo.load.TokenizerFiles;
import io.octavo.model.Encoder;
import io.octavo.model.EncoderDescriptor;
import io.octavo.parallel.Team;
import io.octavo.tensor.NativeMemory;
import io.octavo.text.Tokenizer;
import java.util.List;
import java.util.OptionalInt;

/** Loads an encoder, its tokenizer, and what a front door needs beside them. */
final class EncoderLoading {
  private EncoderLoading() {}

  /**
   * What a front door makes of the checkpoint, beside the encoder.
   *
   * @param <T> what
   */
  @FunctionalInterface
  interface Extra<T> {
    /** Builds it; weights go to {@code memory}. */
    T build(EncoderCheckpoint found, NativeMemory memory, Team team);
  }

  /**
   * Takes what was loaded.
   *
   * @param <T> what was made of the checkpoint beside the encoder
   * @param <R> the front door
   */
  @FunctionalInterface
  interface Door<T, R> {
    /** Makes the front door. */
    R open(LoadedEncoder model, T extra);
  }

  /**
   * What was built of a checkpoint.
   *
   * @param found what was in it
   * @param tokenizer the tokenizer's files
   * @param extra what the front door made of it
   */
  private record Built<T>(
      EncoderCheckpoint found, Encoder encoder, TokenizerFiles tokenizer, T extra) {}

  /**
   * Loads.
   *
   * @param statedTokens where the model's files say that texts are cut
   */
  static <T, R> R load(
      ModelFiles files,
      LoadOptions options,
      OptionalInt statedTokens,
      Extra<T> extra,
      Door<T, R> door) {
    return ModelLoading.load(
        files,
        options,
        (checkpoint, load, team) -> build(checkpoint, load, team, extra),
        built -> built.encoder.linears(),
        (built, load, held) ->
            door.open(
                new LoadedEncoder(
                    built.encoder,
                    built.found.form(),
                    built.tokenizer,
                    maxTokens(statedTokens, built.tokenizer.tokenizer(), built.found, load),
                    load.options().threads(),
                    load.origin(List.of(), built.found.ignored(), held),
                    held.memory(),
                    load.start()),
                built.extra));
  }

  private static <T> Built<T> build(
      Checkpoint checkpoint, ModelLoading load, Team team, Extra<T> extra) {
    if (checkpoint instanceof GgufModel) {
      throw new UnsupportedModelException(
          checkpoint.source(), "a GGUF file holds a decoder, which LanguageModel loads");
    }
    if (!load.options().passes().isEmpty()) {
      throw new UnsupportedModelException(
          checkpoint.source(),
          "passes over weights are for decoders; an encoder's norms feed its residual stream");
    }
    EncoderCheckpoint found =
        checkpoint instanceof OnnxCheckpoint onnx
            ? BertOnnx.read(onnx)
            : HuggingFaceEncoder.read(
                load.files().source(), load.files().configuration(), checkpoint);
    Encoder encoder =
        Encoder.build(
            found.descriptor(),
            found.weights(),
            load.linearFormat(),
            load.options().embeddingType(),
            load.memory(),
            team,
            load::step);
    T made = extra.build(found, load.memory(), team);
    TokenizerFiles tokenizer = load.tokenizer();
    load.checkVocabulary(tokenizer.tokenizer().vocabularySize(), found.descriptor().vocabulary());
    return new Built<>(found, encoder, tokenizer, made);
  }

  private static int maxTokens(
      OptionalInt stated, Tokenizer tokenizer, EncoderCheckpoint found, ModelLoading load) {
    EncoderDescriptor descriptor = found.descriptor();
    int positions = descriptor.positions();
    int asked = load.options().maxTokens();
    if (asked > positions) {
      throw new InvalidInputException("maxTokens is " + asked + "; the model has " + positions);
    }
    int wanted = positions;
    if (asked > 0) {
      wanted = asked;
    } else if (stated.isPresent()) {
      wanted = stated.getAsInt();
    } else if (load.files().statedMaxTokens().isPresent()) {
      wanted = load.files().statedMaxTokens().getAsInt();
    } else if (tokenizer.maxTokens().isPresent()) {
      wanted = tokenizer.maxTokens().getAsInt();
    }
    int limit = Math.min(wanted, positions);
    int special = tokenizer.encode("", Integer.MAX_VALUE).length;
    if (limit < special) {
      throw new CheckpointException(
          load.tokenizerPlace(),
          "",
          "texts are cut at " + limit + " tokens, and there are " + special + " special ones");
    }
    return limit;
  }
}
