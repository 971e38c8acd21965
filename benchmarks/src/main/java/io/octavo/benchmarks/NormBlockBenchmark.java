package io.octavo.benchmarks;

import io.octavo.LanguageModel;
import io.octavo.generate.TokenModel;
import io.octavo.generate.TokenSequenceState;
import io.octavo.load.LoadOptions;
import io.octavo.load.pass.PassPipeline;
import io.octavo.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A transformer block with LayerNorm, and what the exact passes make of it: Pre-RMSNorm and, of a
 * width less by one, Pre-CRMSNorm (Jiang et al., arXiv:2305.14858). An operation runs each of the
 * three once, on one thread, in an order that changes, so that a machine that is now faster and now
 * slower is so for all of them; the counters are the medians of the milliseconds that each took,
 * those of all iterations together. Embeddings and the head, which a pass includes, are those of 64
 * tokens.
 */
@State(Scope.Thread)
public class NormBlockBenchmark extends Protocol {
  /** The median of the milliseconds of a pass, in an iteration; JMH adds up iterations. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Milliseconds {
    private final List<List<Double>> measured =
        List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

    /** Of the model as it was. */
    public double layerNorm() {
      return median(0);
    }

    /** Of the model with RMSNorm. */
    public double rmsNorm() {
      return median(1);
    }

    /** Of the model with CRMSNorm. */
    public double compressedRmsNorm() {
      return median(2);
    }

    private double median(int kind) {
      List<Double> sorted = measured.get(kind).stream().sorted().toList();
      return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }

    /** So that warming up does not count. */
    @Setup(Level.Iteration)
    public void clear() {
      measured.forEach(List::clear);
    }
  }

  @Param({"I8", "F32"})
  DType type;

  /** Of the model that is converted. */
  @Param({"512", "1024", "2048", "4096"})
  int modelWidth;

  /** Of a sequence. */
  @Param({"128"})
  int tokens;

  private Path folder;
  private List<LanguageModel> models;
  private List<TokenModel> kinds;
  private int[] ids;
  private int round;

  @Setup
  public void load() throws IOException {
    folder = Files.createTempDirectory("block");
    RandomGpt2.write(folder, modelWidth, tokens);
    LoadOptions options = LoadOptions.defaults().withThreads(1);
    LoadOptions form = type == DType.I8 ? options : options.withFloatingPoint(type);
    models =
        Stream.of(PassPipeline.none(), PassPipeline.toRmsNorm(), PassPipeline.toCompressedRmsNorm())
            .map(passes -> LanguageModel.load(folder, form.withPasses(passes)))
            .toList();
    kinds = models.stream().map(model -> model.tokens(DType.F32)).toList();
    ids = new Random(1).ints(tokens, 0, RandomGpt2.VOCABULARY).toArray();
  }

  @TearDown
  public void free() throws IOException {
    models.forEach(LanguageModel::close);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** The three one after the other, each timed. */
  @Benchmark
  public float block(Milliseconds milliseconds) {
    float result = 0;
    for (int i = 0; i < kinds.size(); i++) {
      int kind = (round + i) % kinds.size();
      long begin = System.nanoTime();
      try (TokenSequenceState sequence = kinds.get(kind).open()) {
        sequence.append(ids);
        result += sequence.logits()[0];
      }
      milliseconds.measured.get(kind).add((System.nanoTime() - begin) * 1e-6);
    }
    round++;
    return result;
  }
}
