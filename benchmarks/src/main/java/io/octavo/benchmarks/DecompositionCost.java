package io.octavo.benchmarks;

import io.octavo.TextEmbedder;
import io.octavo.load.LoadOptions;
import io.octavo.quantize.LlmInt8;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the decomposition of outliers costs beside plain vector-wise int8, on all-MiniLM-L6-v2,
 * which has outliers: {@code DecompositionCost --models DIRECTORY [--rounds 60] [--shapes
 * 1x16,8x128]}, on as many threads as {@code -Doctavo.threads} says. Both models are in one process
 * and take turns, so that a machine which changes its speed changes it for both.
 */
final class DecompositionCost {
  private static final String SHAPES = "1x16,1x128,8x128,1x512";
  private static final int WARM_UP = 60;

  /** Tokens of a turn, at least. */
  private static final int TURN_TOKENS = 1024;

  private final TextEmbedder decomposed;
  private final TextEmbedder plain;

  /** The last outputs, so that they are needed. */
  private List<float[][]> sink = List.of();

  private DecompositionCost(TextEmbedder decomposed, TextEmbedder plain) {
    this.decomposed = decomposed;
    this.plain = plain;
  }

  public static void main(String[] args) throws IOException {
    Options options = Options.parse(args);
    int rounds = Integer.parseInt(options.values().getOrDefault("rounds", "60"));
    Path models = Path.of(options.get("models"));
    Path file = models.resolve(CompareMiniLm.FLOAT_MODEL);
    LoadOptions whole = LoadOptions.defaults();
    LoadOptions without = whole.withQuantization(LlmInt8.defaults().withoutDecomposition());
    System.out.println("| batch | time / plain int8 | quartiles | tokens/s | plain |");
    System.out.println("|---|---:|---:|---:|---:|");
    try (TextEmbedder decomposed = TextEmbedder.load(file, whole);
        TextEmbedder plain = TextEmbedder.load(file, without)) {
      DecompositionCost cost = new DecompositionCost(decomposed, plain);
      for (String shape : options.values().getOrDefault("shapes", SHAPES).split(",", -1)) {
        Path tokenizer = models.resolve(CompareMiniLm.TOKENIZER);
        System.out.println(cost.row(shape, CompareMiniLm.sequences(tokenizer, shape), rounds));
      }
      if (cost.sink.isEmpty()) {
        throw new IllegalStateException("No outputs");
      }
    }
  }

  private String row(String name, List<int[]> sequences, int rounds) {
    int tokens = sequences.stream().mapToInt(ids -> ids.length).sum();
    int repeats = Math.max(1, TURN_TOKENS / tokens);
    double[] ratios = new double[rounds];
    double[] times = new double[rounds];
    double[] plainTimes = new double[rounds];
    for (int round = -WARM_UP; round < rounds; round++) {
      double time = seconds(decomposed, sequences, repeats);
      double plainTime = seconds(plain, sequences, repeats);
      if (round >= 0) {
        ratios[round] = time / plainTime;
        times[round] = time;
        plainTimes[round] = plainTime;
      }
    }
    Arrays.sort(ratios);
    Arrays.sort(times);
    Arrays.sort(plainTimes);
    return String.format(
        Locale.ROOT,
        "| %s | **%.3f** | %.3f to %.3f | %,.0f | %,.0f |",
        name,
        ratios[rounds / 2],
        ratios[rounds / 4],
        ratios[rounds * 3 / 4],
        tokens * repeats / times[rounds / 2],
        tokens * repeats / plainTimes[rounds / 2]);
  }

  private double seconds(TextEmbedder model, List<int[]> sequences, int repeats) {
    long begin = System.nanoTime();
    for (int i = 0; i < repeats; i++) {
      sink = model.allTokenOutputs(sequences);
    }
    return (System.nanoTime() - begin) * 1e-9;
  }
}
