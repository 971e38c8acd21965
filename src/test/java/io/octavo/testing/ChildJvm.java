package io.octavo.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a program printed in a JVM of its own.
 *
 * @param status exit status
 * @param out lines on standard output
 * @param err lines on standard error
 */
public record ChildJvm(int status, List<String> out, List<String> err) {
  private static final int LIMIT_SECONDS = 300;

  /** Runs {@code main} with those flags and the class path of this JVM. */
  public static ChildJvm run(List<String> flags, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile("octavo", ".out");
    Path err = Files.createTempFile("octavo", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      // By the environment, because it may be longer than a command line.
      builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
      // The JVM would announce them on stderr.
      builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      return new ChildJvm(process.exitValue(), Files.readAllLines(out), Files.readAllLines(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
