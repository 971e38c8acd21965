package io.octavo.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Where the tests find files that are not part of the project's tree. */
public final class TestData {
  private TestData() {}

  /**
   * A file below the folder {@code octavo.testdata}; the calling test is skipped, with a reason,
   * where it is absent.
   */
  public static Path file(String relative) {
    Path file = Path.of(System.getProperty("octavo.testdata", "../shared/data")).resolve(relative);
    Assumptions.assumeTrue(
        Files.exists(file), () -> file + " is absent; set -Doctavo.testdata to the test data");
    return file;
  }

  /** The float model that the build unpacks. */
  public static Path miniLm() {
    return model("all-minilm-l6-v2.onnx");
  }

  /** A model that the build unpacks; the calling test is skipped, with a reason, without it. */
  static Path model(String name) {
    Path file = Path.of(System.getProperty("octavo.models", "target/models")).resolve(name);
    Assumptions.assumeTrue(
        Files.exists(file), () -> file + " is absent; mvn process-test-classes unpacks it");
    return file;
  }
}
