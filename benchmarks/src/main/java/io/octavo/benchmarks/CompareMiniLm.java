package io.octavo.benchmarks;

import ai.onnxruntime.OrtException;
import io.octavo.load.LoadOptions;
import io.octavo.quantize.LlmInt8;
import io.octavo.tensor.DType;
import io.octavo.text.Tokenizer;
import io.octavo.text.TokenizerFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One engine's tokens per second on all-MiniLM-L6-v2, in a process of its own.
 *
 * <p>Timed is everything from token ids that lie in memory to token outputs on the heap, again and
 * again, for so many seconds after a warm-up.
 */
final class CompareMiniLm {
  static final String FLOAT_MODEL = "all-minilm-l6-v2.onnx";
  private static final String INT8_MODEL = "all-minilm-l6-v2-q.onnx";
  static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";

  /** Texts of a batch begin at different places. */
  private static final int STEP = 37;

  private static Object sink;

  private CompareMiniLm() {}

  public static void main(String[] args) throws IOException, OrtException {
    Options options = Options.parse(args);
    Path models = Path.of(options.get("models"));
    int threads = Integer.parseInt(options.get("threads"));
    List<int[]> sequences = sequences(models.resolve(TOKENIZER), options.get("shape"));
    try (EncoderEngine engine = open(options.get("engine"), models, sequences, threads)) {
      tokensPerSecond(engine, sequences, Double.parseDouble(options.get("warmup")));
      double speed = tokensPerSecond(engine, sequences, Double.parseDouble(options.get("seconds")));
      System.out.println(String.format(Locale.ROOT, "%.1f", speed));
    }
  }

  private static EncoderEngine open(String name, Path models, List<int[]> sequences, int threads)
      throws OrtException {
    Path floats = models.resolve(FLOAT_MODEL);
    LoadOptions options = LoadOptions.defaults();
    return switch (name) {
      case "octavo-int8" -> new OctavoEngine(floats, options, sequences, threads);
      case "octavo-int8-plain" ->
          new OctavoEngine(
              floats,
              options.withQuantization(LlmInt8.defaults().withoutDecomposition()),
              sequences,
              threads);
      case "octavo-float" ->
          new OctavoEngine(floats, options.withFloatingPoint(DType.F32), sequences, threads);
      case "ort-float" -> new OnnxRuntimeEngine(floats, sequences, threads);
      case "ort-int8" -> new OnnxRuntimeEngine(models.resolve(INT8_MODEL), sequences, threads);
      default ->
          throw new IllegalArgumentException(
              name
                  + " is none of octavo-int8, octavo-int8-plain, octavo-float, ort-float and"
                  + " ort-int8");
    };
  }

  /** Sequences of tokens of a text; {@code shape} is sequences x tokens. */
  static List<int[]> sequences(Path tokenizerFile, String shape) throws IOException {
    String[] parts = shape.split("x", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException(shape + " is not a shape like 8x128");
    }
    int count = Integer.parseInt(parts[0]);
    int length = Integer.parseInt(parts[1]);
    Tokenizer tokenizer = TokenizerFile.read(tokenizerFile);
    int[] text = tokenizer.encode(text(), Integer.MAX_VALUE);
    int[] words = Arrays.copyOfRange(text, 1, text.length - 1);
    List<int[]> sequences = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      int[] sequence = new int[length];
      for (int t = 0; t < length; t++) {
        sequence[t] = words[(s * STEP + t) % words.length];
      }
      sequence[0] = text[0];
      sequence[length - 1] = text[text.length - 1];
      sequences.add(sequence);
    }
    return sequences;
  }

  private static String text() throws IOException {
    try (InputStream in = CompareMiniLm.class.getResourceAsStream("text.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static double tokensPerSecond(
      EncoderEngine engine, List<int[]> sequences, double seconds) {
    long tokensEach = sequences.stream().mapToInt(ids -> ids.length).sum();
    long tokens = 0;
    long start = System.nanoTime();
    double elapsed = 0;
    while (elapsed < seconds) {
      sink = engine.tokenOutputs();
      tokens += tokensEach;
      elapsed = (System.nanoTime() - start) * 1e-9;
    }
    if (sink == null) {
      throw new IllegalStateException("No outputs");
    }
    return tokens / elapsed;
  }
}
