package io.octavo;

import io.octavo.chat.ChatMessage;
import io.octavo.chat.ChatTemplate;
import io.octavo.error.CheckpointException;
import io.octavo.generate.GeneratedToken;
import io.octavo.generate.Generation;
import io.octavo.generate.GenerationOptions;
import io.octavo.generate.GenerationResult;
import io.octavo.generate.Generator;
import io.octavo.generate.TokenModel;
import io.octavo.load.ChatTemplateFiles;
import io.octavo.load.Checkpoint;
import io.octavo.load.DecoderCheckpoint;
import io.octavo.load.GenerationSettings;
import io.octavo.load.GgufModel;
import io.octavo.load.HuggingFaceDecoder;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelFiles;
import io.octavo.load.ModelSource;
import io.octavo.model.Decoder;
import io.octavo.model.DecoderRunner;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;
import io.octavo.text.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A language model, a decoder in 8 bits unless told otherwise.
 *
 * <pre>{@code
 * try (LanguageModel model = LanguageModel.load(Path.of("opt-1.3b"))) {
 *   model.generate("Once upon a time", GenerationOptions.defaults(), System.out::print);
 * }
 * }</pre>
 *
 * <p>Safe for any number of threads; a sequence is used by one at a time. Logits are the same, bit
 * for bit, however tokens were cut into calls, whatever runs beside them, and on any number of
 * threads (but for LLM.int8()'s scopes of a batch, see {@link io.octavo.quantize.OutlierScope}, and
 * schemes with one constant for all activations).
 */
public final class LanguageModel implements AutoCloseable {
  private final Decoder decoder;
  private final DecoderRunner runner;
  private final @Nullable Tokenizer tokenizer;
  private final GenerationSettings generation;
  private final ChatTemplateFiles chat;
  private final ModelReport.Origin origin;
  private final ModelInUse model;
  private final Duration loadTime;

  private LanguageModel(Built built, ModelLoading load, ModelLoading.Held held) {
    decoder = built.decoder;
    runner = new DecoderRunner(decoder);
    tokenizer = built.tokenizer;
    generation = built.generation;
    chat = built.chat;
    origin = load.origin(built.found.changes(), ignored(built), held);
    model = new ModelInUse(held.memory(), load.options().threads(), origin);
    loadTime = Duration.ofNanos(System.nanoTime() - load.start());
  }

  /**
   * What was built of a checkpoint.
   *
   * @param found what was in it
   * @param tokenizer the tokenizer; null where there is none
   * @param generation how the model's files say that it generates
   * @param chat the chat template's files
   */
  private record Built(
      DecoderCheckpoint found,
      Decoder decoder,
      @Nullable Tokenizer tokenizer,
      GenerationSettings generation,
      ChatTemplateFiles chat) {}

  /** Loads a model with {@link LoadOptions#defaults()}: LLM.int8() while loading. */
  public static LanguageModel load(Path model) {
    return load(model, LoadOptions.defaults());
  }

  /**
   * Loads a model from disk.
   *
   * @param model a folder as the transformers library writes it: {@code config.json}, safetensors,
   *     {@code tokenizer.json}; or a GGUF file, which holds all of these
   * @throws CheckpointException if a file is absent, damaged or contradicts itself
   * @throws io.octavo.error.UnsupportedModelException if it holds something else than a decoder of
   *     a family that is served
   * @throws io.octavo.error.LoadCancelledException if the options or an interrupt ended the load
   */
  public static LanguageModel load(Path model, LoadOptions options) {
    return load(ModelSource.of(model), options);
  }

  /**
   * Loads a model from anywhere; as {@link #load(Path, LoadOptions)} otherwise.
   *
   * @param source its files: on disk, in memory, or on the class path
   */
  public static LanguageModel load(ModelSource source, LoadOptions options) {
    return ModelLoading.interruptibly(
        source,
        () ->
            ModelLoading.load(
                ModelFiles.find(source, "", options.tokenizer()),
                options,
                LanguageModel::build,
                built -> built.decoder.linears(),
                LanguageModel::new));
  }

  private static Built build(Checkpoint checkpoint, ModelLoading load, Team team) {
    ModelFiles files = load.files();
    DecoderCheckpoint stored =
        checkpoint instanceof GgufModel gguf
            ? HuggingFaceDecoder.read(gguf)
            : HuggingFaceDecoder.read(files.source(), files.configuration(), checkpoint);
    DecoderCheckpoint found = stored.through(load.options().passes(), checkpoint.source());
    int vocabulary = found.descriptor().embedding().vocabulary();
    GenerationSettings generation =
        checkpoint instanceof GgufModel gguf
            ? GenerationSettings.read(gguf, vocabulary)
            : GenerationSettings.read(files.source(), files.configuration(), vocabulary);
    // Before the weights: what does not belong together is refused early, and in a JVM that has
    // just started the kernels are being written meanwhile.
    Tokenizer tokenizer = tokenizer(checkpoint, load);
    if (tokenizer != null) {
      load.checkVocabulary(tokenizer.vocabularySize(), vocabulary);
    }
    ChatTemplateFiles chat = chat(checkpoint, files, tokenizer);
    Decoder decoder =
        Decoder.build(
            found.descriptor(),
            found.weights(),
            load.linearFormat(),
            load.options().embeddingType(),
            load.memory(),
            team,
            load::step);
    return new Built(found, decoder, tokenizer, generation, chat);
  }

  private static List<String> ignored(Built built) {
    List<String> ignored = new ArrayList<>(built.found.ignored());
    ignored.addAll(built.generation.ignored());
    return ignored;
  }

  /** The tokenizer's file where there is one, or else what is in the GGUF file. */
  private static @Nullable Tokenizer tokenizer(Checkpoint checkpoint, ModelLoading load) {
    if (checkpoint instanceof GgufModel gguf && load.options().tokenizer() == null) {
      return gguf.tokenizer();
    }
    return load.files().hasTokenizer() ? load.tokenizer().tokenizer() : null;
  }

  private static ChatTemplateFiles chat(
      Checkpoint checkpoint, ModelFiles files, @Nullable Tokenizer tokenizer) {
    if (tokenizer == null) {
      return ChatTemplateFiles.none();
    }
    return checkpoint instanceof GgufModel gguf
        ? ChatTemplateFiles.read(gguf, tokenizer)
        : ChatTemplateFiles.read(files);
  }

  /**
   * Continues a text.
   *
   * @param prompt the text; the tokenizer adds the special tokens that its model begins texts with
   * @param options how to choose tokens and when to end
   * @param listener told of each token, on this thread; its {@code toString} is its text
   * @throws io.octavo.error.InvalidInputException if the prompt has no token, or more than the
   *     context has room for
   * @throws IllegalStateException if the model is closed, or has no tokenizer
   */
  public GenerationResult generate(
      String prompt, GenerationOptions options, Consumer<? super GeneratedToken> listener) {
    return generator().generate(encoded(prompt), options, listener);
  }

  /** As {@link #generate(String, GenerationOptions, Consumer)}, without a listener. */
  public GenerationResult generate(String prompt, GenerationOptions options) {
    return generate(prompt, options, token -> {});
  }

  /**
   * Begins to continue a text; each token is computed when it is asked for, by the iterator or by
   * {@link Generation#stream()}. It has to be closed; otherwise as {@link #generate(String,
   * GenerationOptions, Consumer)}.
   */
  public Generation start(String prompt, GenerationOptions options) {
    return generator().start(encoded(prompt), options);
  }

  /** All of a text: a tokenizer's file may say that texts are cut, which was for a training. */
  private int[] encoded(String prompt) {
    return tokenizer().encode(prompt, Integer.MAX_VALUE);
  }

  /**
   * Answers a conversation, which the model's chat template turns into a text.
   *
   * @param messages the conversation so far; the answer is the assistant's next message
   * @param options how to choose tokens and when to end
   * @param listener told of each token, on this thread; its {@code toString} is its text
   * @throws io.octavo.error.InvalidInputException if the template refuses the conversation, or it
   *     is longer than the context
   * @throws CheckpointException if the template is damaged, fails, or does not end
   * @throws io.octavo.error.UnsupportedModelException if the template uses what is not served, by
   *     name
   * @throws IllegalStateException if the model is closed, or has no tokenizer or no chat template
   */
  public GenerationResult chat(
      List<ChatMessage> messages,
      GenerationOptions options,
      Consumer<? super GeneratedToken> listener) {
    ChatTemplate template =
        chatTemplate()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "There is no chat template beside " + origin.source()));
    int[] prompt = tokenizer().encodeWithoutSpecialTokens(template.prompt(messages));
    return generator().generate(prompt, options, listener);
  }

  /** As {@link #chat(List, GenerationOptions, Consumer)}, without a listener. */
  public GenerationResult chat(List<ChatMessage> messages, GenerationOptions options) {
    return chat(messages, options, token -> {});
  }

  /**
   * The model's chat template, of {@code chat_template.jinja} or {@code tokenizer_config.json} in a
   * folder, or of the GGUF file; empty if there is none.
   *
   * @throws CheckpointException if it is damaged
   * @throws io.octavo.error.UnsupportedModelException if it uses what is not served, by name
   */
  public Optional<ChatTemplate> chatTemplate() {
    return chat.template();
  }

  /**
   * The options that the model's files ask for: {@code generation_config.json} of a folder, as the
   * transformers library's {@code generate} understands it, or {@code general.sampling.*} of a GGUF
   * file. Change them by their {@code with} methods; what is set so is stronger.
   *
   * <p>Tokens are drawn where {@code do_sample} says so, by {@code temperature}, {@code top_k} (50
   * where it is absent), {@code top_p}, {@code min_p} and {@code typical_p}; otherwise the most
   * probable one is taken. {@code repetition_penalty}, {@code suppress_tokens} and {@code
   * stop_strings} count for both, and {@code max_new_tokens}, or without it {@code max_length}, for
   * the end. Where the files say nothing, these are {@link GenerationOptions#defaults()}. What they
   * ask for and is not done, such as beams, is in {@link ModelReport.Origin#ignored()}. Tokens that
   * end texts need no option: they count for every generation.
   *
   * @throws CheckpointException if a value is not of its kind or out of its range, by name
   */
  public GenerationOptions defaultGeneration() {
    return GenerationDefaults.of(generation, decoder.descriptor().embedding().vocabulary());
  }

  /**
   * What generates from tokens, one text or several together, with keys and values in float32.
   *
   * @throws IllegalStateException if the model has no tokenizer
   */
  public Generator generator() {
    Tokenizer known = tokenizer();
    return new Generator(
        tokens(), generation.endTokens(), prompt -> DecodedText.after(known, prompt));
  }

  /** Sequences of tokens whose keys and values are kept in float32. */
  public TokenModel tokens() {
    return tokens(DType.F32);
  }

  /**
   * Sequences of tokens.
   *
   * @param keysAndValues how keys and values are kept: {@link DType#F32}, {@link DType#F16}, or
   *     {@link DType#I8}, by absmax for each head and token
   * @throws IllegalArgumentException if it is another type
   */
  public TokenModel tokens(DType keysAndValues) {
    return new DecoderTokens(decoder, runner, keysAndValues, model);
  }

  /** Longest sequence, in tokens. */
  public int contextLength() {
    return decoder.descriptor().positions();
  }

  /**
   * The tokenizer.
   *
   * @throws IllegalStateException if there was none among the model's files
   */
  public Tokenizer tokenizer() {
    if (tokenizer == null) {
      throw new IllegalStateException("There is no tokenizer beside " + origin.source());
    }
    return tokenizer;
  }

  /** What the model is and has met so far. */
  public ModelReport report() {
    return new ModelReport(
        origin,
        decoder.descriptor(),
        decoder.parameters() * Float.BYTES,
        model.offHeapBytes(),
        loadTime,
        ModelReport.outliers(decoder.linears()));
  }

  /** Waits for running calls, refuses new ones, and frees the model's memory. */
  @Override
  public void close() {
    model.close();
  }
}
