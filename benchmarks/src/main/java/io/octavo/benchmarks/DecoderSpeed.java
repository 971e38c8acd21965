package io.octavo.benchmarks;

import io.octavo.LanguageModel;
import io.octavo.ModelReport;
import io.octavo.generate.TokenModel;
import io.octavo.generate.TokenSequenceState;
import io.octavo.load.LoadOptions;
import io.octavo.parallel.Team;
import io.octavo.parallel.WorkerPool;
import io.octavo.quantize.LlmInt8;
import io.octavo.quantize.OutlierWeights;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * How fast a language model loads, takes a prompt and continues it: {@code DecoderSpeed --folder
 * FOLDER --threads 2 [--prompt 512] [--tokens 64] [--runs 3] [--cache F32] [--table 0] [--outliers
 * HALF]}. Anonymous memory is the most that the process held while loading. Prefill is tokens of a
 * prompt per second, decoding tokens per second behind it, each the best of the runs after one to
 * warm up. The weights that a token reads are what the model holds off the heap, less its table of
 * word embeddings where the head has weights of its own: with {@code --table} megabytes of it,
 * decoding is set beside memory read as fast as can be before and behind it, by as many threads;
 * the median of the runs' shares of the faster of the two.
 */
final class DecoderSpeed {
  private static final long READ_BYTES = 512L << 20;

  private DecoderSpeed() {}

  public static void main(String[] args) {
    Options options = Options.parse(args);
    int threads = Integer.parseInt(options.get("threads"));
    int prompt = Integer.parseInt(options.values().getOrDefault("prompt", "512"));
    int tokens = Integer.parseInt(options.values().getOrDefault("tokens", "64"));
    int runs = Integer.parseInt(options.values().getOrDefault("runs", "3"));
    DType cache = DType.valueOf(options.values().getOrDefault("cache", "F32"));
    LlmInt8 int8 = LlmInt8.defaults();
    String outliers = options.values().getOrDefault("outliers", int8.outlierWeights().name());
    LoadOptions load =
        LoadOptions.defaults()
            .withThreads(threads)
            .withQuantization(int8.withOutlierWeights(OutlierWeights.valueOf(outliers)));
    double table = Double.parseDouble(options.values().getOrDefault("table", "0"));
    PeakMemory memory = PeakMemory.open();
    try (LanguageModel model = LanguageModel.load(Path.of(options.get("folder")), load)) {
      memory.close();
      ModelReport report = model.report();
      print("load", report.loadTime().toMillis() / 1e3, "s");
      print("off heap", report.offHeapBytes() / 1e6, "MB");
      print("anonymous", memory.bytes() / 1e6, "MB");
      double gigabytes = (report.offHeapBytes() / 1e6 - table) / 1e3;
      double[] shares = new double[runs + 1];
      double[] readings = new double[runs + 1];
      TokenModel sequences = model.tokens(cache);
      double bestPrefill = 0;
      double bestDecoding = 0;
      for (int run = 0; run <= runs; run++) {
        int[] ids = new Random(run).ints(prompt, 0, sequences.vocabularySize()).toArray();
        try (TokenSequenceState sequence = sequences.open()) {
          long start = System.nanoTime();
          sequence.append(ids);
          double prefill = prompt / seconds(start);
          double before = table == 0 ? 0 : reading(threads);
          start = System.nanoTime();
          for (int i = 0; i < tokens; i++) {
            sequence.append(new int[] {best(sequence.logits())});
          }
          double decoding = tokens / seconds(start);
          readings[run] = table == 0 ? 0 : Math.max(before, reading(threads));
          shares[run] = decoding * gigabytes / readings[run];
          System.err.printf(Locale.ROOT, "%.1f %.1f%n", prefill, decoding);
          bestPrefill = run == 0 ? 0 : Math.max(bestPrefill, prefill);
          bestDecoding = run == 0 ? 0 : Math.max(bestDecoding, decoding);
        }
      }
      print("prefill", bestPrefill, "tokens/s");
      print("decoding", bestDecoding, "tokens/s");
      if (table > 0) {
        Arrays.sort(shares, 1, shares.length);
        Arrays.sort(readings, 1, readings.length);
        print("reading", readings[1 + runs / 2], "GB/s");
        print("share", shares[1 + runs / 2], "of what it allows");
      }
    }
  }

  private static double reading(int threads) {
    try (NativeMemory memory = new NativeMemory();
        Team team = WorkerPool.shared().enter(threads)) {
      MemoryReading reading = new MemoryReading(READ_BYTES, memory);
      reading.speed(team, 1);
      return reading.speed(team, 3);
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static void print(String name, double value, String unit) {
    System.out.printf(Locale.ROOT, "%-10s %10.2f %s%n", name, value, unit);
  }
}
