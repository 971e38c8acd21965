package io.octavo.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/**
 * The 200 paragraphs on which accuracy is judged: the first lines of WikiText-2's raw test split
 * with at least 20 words that are no headings.
 */
public final class Paragraphs {
  private static final int COUNT = 200;
  private static final int MIN_WORDS = 20;

  private Paragraphs() {}

  /** The paragraphs; skips the test where the text is absent. */
  public static List<String> read() {
    try (var lines = Files.lines(TestData.file("text/wikitext2-raw-test.txt"))) {
      return lines
          .filter(line -> !line.startsWith("=") && !line.startsWith(" ="))
          .filter(line -> line.strip().split("\\s+").length >= MIN_WORDS)
          .limit(COUNT)
          .toList();
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }
}
