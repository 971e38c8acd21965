package io.octavo.quickstart;

import io.octavo.ModelReport;
import io.octavo.Octavo;
import io.octavo.TextEmbedder;
import io.octavo.error.OctavoException;
import io.octavo.load.LoadOptions;
import io.octavo.parallel.WorkerPool;
import io.octavo.tensor.DType;
import java.io.Console;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Loads a sentence-embedding model in 8 bits, searches a small text with it, and says how far the
 * answers are from the float model's and how long they take; then continues a text with a small
 * language model.
 *
 * <p>Arguments: {@code [model.onnx] [--texts=FILE] [query ...]}, see {@link Arguments}. Exit status
 * 0, 1 where a file cannot be served, 2 where the arguments mean nothing.
 */
public final class Quickstart {
  private static final double MEBI = 1024 * 1024;

  private final Arguments arguments;
  private final PrintStream out;
  private final Optional<Console> terminal;

  private Quickstart(Arguments arguments, PrintStream out) {
    this.arguments = arguments;
    this.out = out;
    // Absent or no terminal where input or output is redirected, which of them depends on the JDK.
    this.terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal);
  }

  /** Runs the quickstart. */
  public static void main(String[] args) {
    try {
      new Quickstart(arguments(args), System.out).run();
    } catch (OctavoException exception) {
      throw fail(String.valueOf(exception.getMessage()), 1);
    }
  }

  private static Arguments arguments(String[] args) {
    try {
      return Arguments.parse(args);
    } catch (IllegalArgumentException exception) {
      throw fail(exception.getMessage() + "\n" + Arguments.USAGE, 2);
    } catch (UncheckedIOException exception) {
      throw fail(exception.getMessage() + ": " + exception.getCause(), 1);
    }
  }

  /** Ends the program; what it returns only tells the compiler so. */
  private static IllegalStateException fail(String message, int status) {
    System.err.println("Quickstart: " + message);
    System.exit(status);
    return new IllegalStateException();
  }

  private void run() {
    List<String> sentences = arguments.sentences();
    out.println("OCTAVO QUICKSTART\n");
    out.print(Octavo.diagnostics().indent(2));

    out.printf("%nLoading %s in 8 bits%n", arguments.model());
    ProgressDisplay progress = new ProgressDisplay(out, terminal.isPresent());
    LoadOptions options = LoadOptions.defaults().withProgress(progress);
    LoadOptions floatingPoint = LoadOptions.defaults().withFloatingPoint(DType.F32);
    try (TextEmbedder int8 = TextEmbedder.load(arguments.model(), options);
        TextEmbedder reference = TextEmbedder.load(arguments.model(), floatingPoint)) {
      describe(int8.report(), reference.report());
      SentenceIndex index = SentenceIndex.of(int8, sentences);
      SentenceIndex expected = SentenceIndex.of(reference, sentences);
      search(index, expected);
      compare(index, expected);
      out.println();
      OutlierSummary.lines(int8.report()).forEach(out::println);
      measure(int8, reference, sentences);
      Continuation.show(out);
      showNext();
      terminal.ifPresent(console -> converse(index, console));
    }
  }

  private void describe(ModelReport int8, ModelReport reference) {
    describe("int8", int8, "");
    describe("float32", reference, ", for comparison, once the JVM is warm");
  }

  private void describe(String name, ModelReport report, String remark) {
    double seconds = report.loadTime().toNanos() / 1e9;
    line(
        "  %-8s %6.1f MiB, loaded in %.2f s%s",
        name, report.offHeapBytes() / MEBI, seconds, remark);
  }

  private void search(SentenceIndex index, SentenceIndex expected) {
    line("%nSearching %d sentences, in 8 bits", index.size());
    int same = 0;
    for (String query : arguments.queries()) {
      List<SentenceIndex.Match> found = index.search(query);
      answer(query, found);
      same += found.getFirst().sentence() == expected.search(query).getFirst().sentence() ? 1 : 0;
    }
    line(
        "  The float model's first answer is the same for %d of %d.",
        same, arguments.queries().size());
  }

  private void answer(String query, List<SentenceIndex.Match> found) {
    out.println("  " + query);
    for (SentenceIndex.Match match : found) {
      line("    %.3f  %s", match.cosine(), match.text());
    }
  }

  private void compare(SentenceIndex index, SentenceIndex expected) {
    double sum = 0;
    double worst = 1;
    for (int i = 0; i < index.size(); i++) {
      double cosine = SentenceIndex.cosine(index.vector(i), expected.vector(i));
      sum += cosine;
      worst = Math.min(worst, cosine);
    }
    line("%nInt8 beside float32 on these sentences");
    line("  cosine   mean %.5f, worst %.5f", sum / index.size(), worst);
  }

  private void measure(TextEmbedder int8, TextEmbedder reference, List<String> sentences) {
    Throughput floats = new Throughput(reference, sentences);
    Throughput codes = new Throughput(int8, sentences);
    Throughput.compare(List.of(floats, codes), arguments.seconds());
    line(
        "%nSpeed: sentences per second, %d threads, %d at a time, %.1f s each after a warm-up",
        WorkerPool.shared().threads(), floats.batch(), floats.seconds());
    line("  %-8s %8.1f", "float32", floats.perSecond());
    line("  %-8s %8.1f", "int8", codes.perSecond());
  }

  private void showNext() {
    line(
        """

        In a program of your own
          try (TextEmbedder model = TextEmbedder.load(Path.of("model.onnx"))) {
            float[] vector = model.embed("any text"); // of length 1: cosine = dot product
          }
          try (LanguageModel model = LanguageModel.load(Path.of("folder-or-file.gguf"))) {
            model.generate("Any text", GenerationOptions.defaults(), System.out::print);
          }\
        """);
  }

  /** Answers what a person types. */
  private void converse(SentenceIndex index, Console console) {
    out.println("\nSearch for something else (an empty line ends):");
    String query = console.readLine("> ");
    while (query != null && !query.isBlank()) {
      answer(query, index.search(query));
      query = console.readLine("> ");
    }
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
