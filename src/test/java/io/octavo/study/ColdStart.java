package io.octavo.study;

import com.fasterxml.jackson.core.JsonFactory;
import com.google.protobuf.ByteString;
import io.octavo.LanguageModel;
import io.octavo.generate.GenerationOptions;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;

/**
 * How long a JVM takes from its start to the first token of a model, load included: {@code
 * ColdStart MODEL [RUNS]}. Each time another JVM, with the library, what it needs, and nothing else
 * on its class path; the kinds take turns.
 */
final class ColdStart {
  private static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";
  private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";
  private static final Map<String, List<String>> KINDS = new LinkedHashMap<>();

  static {
    KINDS.put("an empty program", List.of());
    KINDS.put("machine code", List.of(VECTOR_MODULE, NATIVE_ACCESS));
    KINDS.put("Vector API", List.of(VECTOR_MODULE));
    KINDS.put("scalar, no flags", List.of());
  }

  private final String model;
  private final String classPath;

  private ColdStart(String model, String classPath) {
    this.model = model;
    this.classPath = classPath;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    int runs = args.length > 1 ? Integer.parseInt(args[1]) : 15;
    ColdStart start = new ColdStart(args[0], classPath());
    Map<String, double[]> seconds = new LinkedHashMap<>();
    KINDS.keySet().forEach(kind -> seconds.put(kind, new double[runs]));
    for (int run = 0; run < runs; run++) {
      for (Map.Entry<String, double[]> kind : seconds.entrySet()) {
        kind.getValue()[run] = start.seconds(kind.getKey());
      }
    }
    System.out.println("| | median, s | from | to |");
    System.out.println("|---|---:|---:|---:|");
    seconds.forEach(
        (kind, all) -> {
          Arrays.sort(all);
          System.out.printf(
              Locale.ROOT,
              "| %s | %.2f | %.2f | %.2f |%n",
              kind,
              all[runs / 2],
              all[0],
              all[runs - 1]);
        });
  }

  /** The library and what it needs at run time; this class's folder for its other program. */
  private static String classPath() {
    List<String> places = new ArrayList<>();
    for (Class<?> type :
        List.of(
            LanguageModel.class,
            Logger.class,
            JsonFactory.class,
            ByteString.class,
            ColdStart.class)) {
      try {
        places.add(
            Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
      } catch (URISyntaxException exception) {
        throw new IllegalStateException(exception);
      }
    }
    return String.join(File.pathSeparator, places);
  }

  private double seconds(String kind) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Objects.requireNonNull(KINDS.get(kind)));
    command.addAll(List.of("-classpath", classPath, FirstToken.class.getName()));
    if (!kind.equals("an empty program")) {
      command.add(model);
    }
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      double seconds = (System.nanoTime() - begin) / 1e9;
      if (process.waitFor() != 0 || line == null) {
        throw new IllegalStateException("failed: " + command);
      }
      return seconds;
    }
  }

  /** Generates one token, where a model is named. */
  static final class FirstToken {
    private FirstToken() {}

    public static void main(String[] args) {
      if (args.length == 0) {
        System.out.println();
        return;
      }
      try (LanguageModel model = LanguageModel.load(Path.of(args[0]))) {
        GenerationOptions one = GenerationOptions.defaults().withMaxTokens(1);
        System.out.println(model.generate("Once", one).text());
      }
    }
  }
}
