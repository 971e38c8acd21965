import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Formats every Java source of the project ({@code --replace}) or fails if one is not formatted
 * ({@code --check}). Run forked on the build's JDK, because the formatter parses with the compiler
 * of the JVM it runs in and Maven's own may be older than the sources.
 */
final class Format {
  public static void main(String[] args) throws Exception {
    boolean replace = List.of(args).contains("--replace");
    Formatter formatter = new Formatter();
    List<Path> sources;
    try (var files = Files.walk(Path.of(""))) {
      sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.toString().contains("target"))
              .sorted()
              .toList();
    }
    int unformatted = 0;
    for (Path file : sources) {
      String source = Files.readString(file);
      String formatted =
          formatter.formatSource(
              RemoveUnusedImports.removeUnusedImports(
                  ImportOrderer.reorderImports(source, Style.GOOGLE)));
      if (!formatted.equals(source)) {
        unformatted++;
        report(file, formatted, replace);
      }
    }
    if (unformatted > 0 && !replace) {
      System.err.println("Run: mvn -q initialize exec:exec@format");
      System.exit(1);
    }
  }

  private static void report(Path file, String formatted, boolean replace) throws IOException {
    System.err.println((replace ? "formatted " : "not formatted: ") + file);
    if (replace) {
      Files.writeString(file, formatted);
    }
  }
}
