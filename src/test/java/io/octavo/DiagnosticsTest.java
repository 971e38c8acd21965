package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.octavo.testing.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a JVM with certain flags says of itself: in the diagnostics, and in one line of the log. */
class DiagnosticsTest {
  private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

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
          -Doctavo.kernels=fastest          | is unknown      | one of auto, scalar,
          -XX:TieredStopAtLevel=1           | kernels  scalar | run with --add-modules
          """)
  void withoutTheModule(String flag, String diagnostics, @Nullable String logged) throws Exception {
    check(List.of(flag, NATIVE_ACCESS), diagnostics, logged);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -Doctavo.kernels=auto             | kernels  Vector |
          -Doctavo.kernels=vector           | kernels  Vector |
          -Doctavo.kernels=scalar           | kernels  scalar |
          -Doctavo.vector.bits=128          | API, 128 bits   |
          -Doctavo.vector.bits=100          | kernels  Vector | drop -Doctavo.vector.bits=100
          -XX:TieredStopAtLevel=1           | kernels  scalar | drop -XX:TieredStopAtLevel=1
          -Doctavo.threads=3                | threads  3      |
          -Doctavo.threads=0                | threads         | threads=0 is no number of threads
          -Doctavo.threads=two              | threads         | threads=two is no number of threads
          """)
  void withTheModule(String flag, String diagnostics, @Nullable String logged) throws Exception {
    check(List.of("--add-modules=jdk.incubator.vector", NATIVE_ACCESS, flag), diagnostics, logged);
  }

  /** Machine code where the flag grants it, and no warning of the JVM's where it does not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          machine | --enable-native-access=ALL-UNNAMED | int8 products: machine code, |
          machine | -Dx=1                              | native access is not granted | run with --enable-native-access
          auto    | -Dx=1                              | native access is not granted | run with --enable-native-access
          auto    | --illegal-native-access=deny       | native access is not granted | run with --enable-native-access
          vector  | -Dx=1                              | int8 products: Vector API    |
          """)
  void machineCode(String kernels, String flag, String diagnostics, @Nullable String logged)
      throws Exception {
    assumeThat(System.getProperty("os.arch")).isEqualTo("amd64");
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    check(
        List.of("--add-modules=jdk.incubator.vector", flag, "-Doctavo.kernels=" + kernels),
        diagnostics,
        logged);
  }

  private static void check(List<String> flags, String diagnostics, @Nullable String logged)
      throws Exception {
    ChildJvm child = ChildJvm.run(flags, Print.class);
    assertThat(child.status()).isZero();
    assertThat(String.join("\n", child.out()))
        .contains(diagnostics)
        .doesNotContain("failed their trial");
    List<String> said = new ArrayList<>(child.err());
    said.remove("WARNING: Using incubator modules: jdk.incubator.vector");
    if (logged == null) {
      assertThat(said).isEmpty();
    } else {
      assertThat(said).singleElement().asString().startsWith("WARN ").contains(logged);
    }
  }
}
