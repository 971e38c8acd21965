package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import io.octavo.tensor.NativeMemory;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Which of a model's files are what. In a folder, tensors in safetensors are preferred to an ONNX
 * file, since they come with their configuration.
 *
 * @param source the files
 * @param format how the weights are stored
 * @param weights the file of the weights, or of their index
 * @param configuration {@code config.json}, where the format has one
 * @param tokenizers the files that the tokenizer is among
 * @param tokenizer {@code tokenizer.json} among those, whether it is there or not
 */
public record ModelFiles(
    ModelSource source,
    Format format,
    String weights,
    String configuration,
    ModelSource tokenizers,
    String tokenizer) {

  /** How weights are stored. */
  public enum Format {
    /** A graph with its tensors. */
    ONNX,
    /** Tensors by names, beside a configuration. */
    SAFETENSORS,
    /** A decoder's tensors by names, with its configuration and tokenizer in the same file. */
    GGUF
  }

  private static final String CONFIGURATION = "config.json";
  private static final String TOKENIZER = TokenizerFiles.TOKENIZER;
  private static final List<String> ONNX = List.of("model.onnx", "onnx/model.onnx");

  /** What else models come in. */
  private static final List<String> OTHER_FORMATS =
      List.of("pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "model.ckpt");

  /** What tokenizers come in besides. */
  private static final List<String> OTHER_TOKENIZERS =
      List.of("vocab.txt", "vocab.json", "sentencepiece.bpe.model", "spiece.model");

  /** What a limit of texts in a file may be at most; larger ones mean that there is none. */
  private static final double LARGEST_LIMIT = 1 << 24;

  /**
   * Finds the files of a model.
   *
   * @param source a folder, or one file of it: {@code *.onnx}, {@code *.safetensors} or {@code
   *     *.gguf}
   * @param folder where the encoder lies in it: empty, or a name that ends with {@code /}
   * @param tokenizer the tokenizer's file, or null for the one among the model's files
   * @throws CheckpointException if there is no model; it says what was looked for
   * @throws UnsupportedModelException if there is a model in another format
   */
  public static ModelFiles find(ModelSource source, String folder, @Nullable Path tokenizer) {
    String weights = weights(source, folder);
    Format format = format(weights);
    String configuration = folder + CONFIGURATION;
    if (format == Format.SAFETENSORS && !source.has(configuration)) {
      throw new CheckpointException(
          source.place(configuration), "", "no such file; it belongs beside the weights");
    }
    Path name = tokenizer == null ? null : tokenizer.getFileName();
    return new ModelFiles(
        source,
        format,
        weights,
        configuration,
        tokenizer == null ? source : ModelSource.of(tokenizer),
        name == null ? tokenizer(source, folder, weights) : name.toString());
  }

  private static Format format(String weights) {
    if (weights.endsWith(".gguf")) {
      return Format.GGUF;
    }
    return weights.endsWith(".onnx") ? Format.ONNX : Format.SAFETENSORS;
  }

  private static String weights(ModelSource source, String folder) {
    String named = source.file();
    if (named == null) {
      return weightsInFolder(source, folder);
    }
    if (!named.endsWith(".onnx")
        && !named.endsWith(".gguf")
        && !named.endsWith(".safetensors")
        && !named.endsWith(".safetensors.index.json")) {
      throw new UnsupportedModelException(
          source.name(),
          "a model is a folder, or a file that ends with .onnx, .safetensors or .gguf");
    }
    return named;
  }

  private static String weightsInFolder(ModelSource source, String folder) {
    List<String> wanted =
        List.of(
            folder + SafetensorsCheckpoint.FILE,
            folder + SafetensorsCheckpoint.INDEX,
            folder + ONNX.get(0),
            folder + ONNX.get(1));
    for (String file : wanted) {
      if (source.has(file)) {
        return file;
      }
    }
    for (String file : OTHER_FORMATS) {
      if (source.has(folder + file)) {
        throw new UnsupportedModelException(
            source.place(folder + file),
            "weights in this format are not supported; save them as safetensors");
      }
    }
    throw new CheckpointException(
        source.name(),
        "",
        "no model in it; looked for "
            + String.join(", ", wanted)
            + " (a GGUF file is named itself, not its folder)");
  }

  /** {@code <stem>-tokenizer.json} beside the weights, else the one of the folder. */
  private static String tokenizer(ModelSource source, String folder, String weights) {
    String beside = FileNames.folder(weights);
    for (String file : List.of(own(weights), beside + TOKENIZER, folder + TOKENIZER, TOKENIZER)) {
      if (source.has(file)) {
        return file;
      }
    }
    return folder + TOKENIZER;
  }

  private static String own(String weights) {
    return weights.substring(0, weights.lastIndexOf('.')) + "-" + TOKENIZER;
  }

  /** Whether there is a tokenizer that {@link #readTokenizer} reads. */
  public boolean hasTokenizer() {
    return tokenizers.has(tokenizer);
  }

  /**
   * Reads the tokenizer, and keeps its files.
   *
   * @param memory where they are kept
   * @throws CheckpointException if there is none, or it is damaged
   * @throws UnsupportedModelException if it is in another format, or asks for what is not served
   */
  public TokenizerFiles readTokenizer(NativeMemory memory) {
    String place = tokenizers.place(tokenizer);
    if (!tokenizers.has(tokenizer)) {
      for (String other : OTHER_TOKENIZERS) {
        String file = FileNames.folder(tokenizer) + other;
        if (tokenizers.has(file)) {
          throw new UnsupportedModelException(
              tokenizers.place(file),
              "a tokenizer in this format is not supported; save it as tokenizer.json (in Python:"
                  + " AutoTokenizer.from_pretrained(...).save_pretrained(...))");
        }
      }
      throw new CheckpointException(
          place,
          "",
          "there is no such file, nor "
              + tokenizers.place(own(weights))
              + "; the tokenizer belongs beside the model");
    }
    return TokenizerFiles.read(tokenizers, tokenizer, tokenizerSettings(), memory);
  }

  private String tokenizerSettings() {
    return FileNames.folder(tokenizer) + TokenizerFiles.SETTINGS;
  }

  /** Where {@code tokenizer_config.json} says that texts are cut, if it does. */
  public OptionalInt statedMaxTokens() {
    String file = tokenizerSettings();
    if (!tokenizers.has(file)) {
      return OptionalInt.empty();
    }
    JsonValue limit = ConfigurationFile.object(tokenizers, file).find("model_max_length");
    if (limit == null) {
      return OptionalInt.empty();
    }
    double tokens = limit.number();
    if (!(tokens >= 1)) {
      throw limit.damaged("is " + tokens + ", which is no number of tokens");
    }
    // The library writes 1e30 for none.
    return tokens > LARGEST_LIMIT ? OptionalInt.empty() : OptionalInt.of((int) tokens);
  }
}
