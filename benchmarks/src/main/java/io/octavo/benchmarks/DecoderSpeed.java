package io.octavo.benchmarks;

import io.octavo.LanguageModel;
import io.octavo.ModelReport;
import io.octavo.generate.TokenModel;
import io.octavo.generate.TokenSequenceState;
import io.octavo.load.LoadOptions;
import io.octavo.tensor.DType;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * How fast a language model loads, takes a prompt and continues it: {@code DecoderSpeed --folder
 * FOLDER --threads 2 [--prompt 512] [--tokens 64] [--runs 3] [--cache F32]}. Anonymous memory is
 * the most that the process held while loading. Prefill is tokens of a prompt per second, decoding
 * tokens per second behind it, each the best of the runs after one to warm up. The weights that a
 * token reads are what the model holds off the heap, less its table of word embeddings where the
 * head has weights of its own.
 */
final class DecoderSpeed {
  private DecoderSpeed() {}

  public static void main(String[] args) {
    Options options = Options.parse(args);
    int threads = Integer.parseInt(options.get("threads"));
    int prompt = Integer.parseInt(options.values().getOrDefault("prompt", "512"));
    int tokens = Integer.parseInt(options.values().getOrDefault("tokens", "64"));
    int runs = Integer.parseInt(options.values().getOrDefault("runs", "3"));
    DType cache = DType.valueOf(options.values().getOrDefault("cache", "F32"));
    LoadOptions load = LoadOptions.defaults().withThreads(threads);
    PeakMemory memory = PeakMemory.open();
    try (LanguageModel model = LanguageModel.load(Path.of(options.get("folder")), load)) {
      memory.close();
      ModelReport report = model.report();
      print("load", report.loadTime().toMillis() / 1e3, "s");
      print("off heap", report.offHeapBytes() / 1e6, "MB");
      print("anonymous", memory.bytes() / 1e6, "MB");
      TokenModel sequences = model.tokens(cache);
      double bestPrefill = 0;
      double bestDecoding = 0;
      for (int run = 0; run <= runs; run++) {
        int[] ids = new Random(run).ints(prompt, 0, sequences.vocabularySize()).toArray();
        try (TokenSequenceState sequence = sequences.open()) {
          long start = System.nanoTime();
          sequence.append(ids);
          double prefill = prompt / seconds(start);
          start = System.nanoTime();
          for (int i = 0; i < tokens; i++) {
            sequence.append(new int[] {best(sequence.logits())});
          }
          double decoding = tokens / seconds(start);
          System.err.printf(Locale.ROOT, "%.1f %.1f%n", prefill, decoding);
          bestPrefill = run == 0 ? 0 : Math.max(bestPrefill, prefill);
          bestDecoding = run == 0 ? 0 : Math.max(bestDecoding, decoding);
        }
      }
      print("prefill", bestPrefill, "tokens/s");
      print("decoding", bestDecoding, "tokens/s");
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
