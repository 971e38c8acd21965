package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.testing.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a JVM with certain flags says of itself: in the diagnostics, and in one line of the log. */
class DiagnosticsTest {
  /** Prints the diagnostics. */
  static final class Print {
    private Print() {}

    public static void main(String[] arguments) {
      System.out.print(Octavo.diagnostics());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -Dx=1                             | kernels  scalar | run with --add-modules
          -Doctavo.kernels=vector           | asked for       | run with --add-modules
          -Doctavo.kernels=scalar           | kernels  scalar |
          -Doctavo.kernels=fastest          | is unknown      | one of auto, scalar and vector
          -XX:TieredStopAtLevel=1           | kernels  scalar | run with --add-modules
          """)
  void withoutTheModule(String flag, String diagnostics, @Nullable String logged) throws Exception {
    check(List.of(flag), diagnostics, logged);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -Doctavo.kernels=auto             | kernels  Vector |
          -Doctavo.kernels=scalar           | kernels  scalar |
          -Doctavo.vector.bits=128          | API, 128 bits   |
          -Doctavo.vector.bits=100          | kernels  Vector | drop -Doctavo.vector.bits=100
          -XX:TieredStopAtLevel=1           | kernels  scalar | drop -XX:TieredStopAtLevel=1
          -Doctavo.threads=3                | threads  3      |
          -Doctavo.threads=0                | threads         | threads=0 is no number of threads
          -Doctavo.threads=two              | threads         | threads=two is no number of threads
          """)
  void withTheModule(String flag, String diagnostics, @Nullable String logged) throws Exception {
    check(List.of("--add-modules=jdk.incubator.vector", flag), diagnostics, logged);
  }

  private static void check(List<String> flags, String diagnostics, @Nullable String logged)
      throws Exception {
    ChildJvm child = ChildJvm.run(flags, Print.class);
    assertThat(child.status()).isZero();
    assertThat(String.join("\n", child.out())).contains(diagnostics);
    List<String> said = new ArrayList<>(child.err());
    said.remove("WARNING: Using incubator modules: jdk.incubator.vector");
    if (logged == null) {
      assertThat(said).isEmpty();
    } else {
      assertThat(said).singleElement().asString().startsWith("WARN ").contains(logged);
    }
  }
}
