package io.octavo.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.testing.ChildJvm;
import io.octavo.testing.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart as a person starts it, in the JVMs that people have. */
class QuickstartTest {
  private static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";
  private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";
  private static final String CLIENT_COMPILER = "-XX:TieredStopAtLevel=1";
  private static final String INCUBATOR_WARNING =
      "WARNING: Using incubator modules: jdk.incubator.vector";
  private static final int MOST_LINES = 80;

  private static final Map<String, String> ANSWERS =
      Map.of(
          "What stopped the boat from drifting away at night?",
          "The anchor bit into the mud and held the yacht in place until morning.",
          "How do animals say hello to their family?",
          "Elephants greet returning relatives with rumbles too low for us to hear.",
          "Why does metal corrode?",
          "Rust forms where iron, water and oxygen meet; paint keeps the three apart.",
          "Why did our application crash around lunchtime?",
          "The server never released finished requests, and by noon its memory was exhausted.");

  private final Path folder;

  QuickstartTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void runsOnTheFastestKernelsWithoutAWord() throws Exception {
    ChildJvm outcome = run(List.of(VECTOR_MODULE, NATIVE_ACCESS), TestData.miniLm().toString());
    assertAnswers(outcome);
    assertThat(outcome.out()).anyMatch(line -> line.contains("kernels  Vector API"));
    assertThat(outcome.err()).containsExactly(INCUBATOR_WARNING);
  }

  @Test
  void runsWithoutAnyFlagAndSaysWhatWouldBeFaster() throws Exception {
    ChildJvm outcome = run(List.of(), TestData.miniLm().toString());
    assertAnswers(outcome);
    assertThat(outcome.out()).anyMatch(line -> line.contains("kernels  scalar"));
    assertThat(outcome.err()).hasSize(1);
    assertThat(outcome.err().getFirst())
        .startsWith("WARN Octavo runs on scalar kernels")
        .contains("the module jdk.incubator.vector is not loaded")
        .contains("run with --add-modules jdk.incubator.vector");
  }

  @Test
  void runsOnTheClientCompilerAndSaysSo() throws Exception {
    ChildJvm outcome = run(List.of(CLIENT_COMPILER, VECTOR_MODULE), TestData.miniLm().toString());
    assertAnswers(outcome);
    assertThat(outcome.out()).anyMatch(line -> line.contains("kernels  scalar"));
    List<String> said = new ArrayList<>(outcome.err());
    said.remove(INCUBATOR_WARNING);
    assertThat(said).hasSize(1);
    assertThat(said.getFirst())
        .startsWith("WARN Octavo runs on scalar kernels")
        .contains("without its optimizing compiler")
        .contains("drop -XX:TieredStopAtLevel=1");
  }

  @Test
  void searchesAFileForWhatIsAsked() throws Exception {
    Path texts = folder.resolve("texts.txt");
    Files.writeString(texts, "The cat sleeps.\n\nThe bank is closed.\n");
    String question = "When can I get money?";
    ChildJvm outcome =
        run(
            List.of(VECTOR_MODULE, NATIVE_ACCESS),
            TestData.miniLm().toString(),
            "--texts=" + texts,
            question);
    assertThat(outcome.status()).isZero();
    assertThat(answerTo(question, outcome.out())).endsWith("The bank is closed.");
  }

  @Test
  void saysWhatIsMissingOrUnknown() throws Exception {
    ChildJvm noModel = run(List.of(VECTOR_MODULE, NATIVE_ACCESS), "no-such-model.onnx");
    assertThat(noModel.status()).isEqualTo(1);
    assertThat(noModel.err())
        .containsExactly(INCUBATOR_WARNING, "Quickstart: no-such-model.onnx: no such file");

    ChildJvm noText =
        run(List.of(VECTOR_MODULE, NATIVE_ACCESS), "model.onnx", "--texts=no-such-text.txt");
    assertThat(noText.status()).isEqualTo(1);
    assertThat(noText.err().getLast()).startsWith("Quickstart: cannot read no-such-text.txt");

    ChildJvm unknown = run(List.of(VECTOR_MODULE, NATIVE_ACCESS), "--verbose");
    assertThat(unknown.status()).isEqualTo(2);
    assertThat(unknown.err()).contains("Quickstart: unknown option --verbose");
  }

  private static void assertAnswers(ChildJvm outcome) {
    assertThat(outcome.status()).as(() -> String.join("\n", outcome.err())).isZero();
    assertThat(outcome.out()).hasSizeLessThan(MOST_LINES);
    assertThat(outcome.out()).anyMatch(line -> line.matches("  Good morrow, .+"));
    assertThat(outcome.out()).anyMatch(line -> line.matches("  100 characters, .+"));
    ANSWERS.forEach((query, answer) -> assertThat(answerTo(query, outcome.out())).endsWith(answer));
  }

  private static String answerTo(String query, List<String> out) {
    int line = out.indexOf("  " + query);
    assertThat(line).as(query).isNotNegative();
    return out.get(line + 1);
  }

  private static ChildJvm run(List<String> flags, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(flags);
    all.add("-Doctavo.quickstart.seconds=0.2");
    return ChildJvm.run(all, Quickstart.class, arguments);
  }
}
