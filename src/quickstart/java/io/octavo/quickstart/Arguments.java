package io.octavo.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the quickstart is asked to do.
 *
 * @param model the model's file
 * @param sentences what is searched
 * @param queries what is searched for
 * @param seconds how long each model is measured, and warmed up before
 */
record Arguments(Path model, List<String> sentences, List<String> queries, double seconds) {
  static final String USAGE =
      """
      Usage: Quickstart [model.onnx] [--texts=FILE] [query ...]
        model.onnx     a BERT encoder, its tokenizer beside it; default %s
        --texts=FILE   the text to search, one sentence per line; default a small one of its own
        query ...      what to search for; default a few that fit that text
      -Doctavo.quickstart.seconds=N measures each model for N seconds."""
          .formatted(Arguments.DEFAULT_MODEL);

  private static final String DEFAULT_MODEL = "target/models/all-minilm-l6-v2.onnx";
  private static final String TEXTS = "--texts=";

  /** Reads the command line, and the sentences. */
  static Arguments parse(String[] args) {
    List<String> words = new ArrayList<>();
    List<String> sentences = resource("sentences.txt");
    for (String argument : args) {
      if (argument.startsWith(TEXTS)) {
        sentences = file(Path.of(argument.substring(TEXTS.length())));
      } else if (argument.startsWith("--")) {
        throw new IllegalArgumentException("unknown option " + argument);
      } else {
        words.add(argument);
      }
    }
    Path model = Path.of(words.isEmpty() ? DEFAULT_MODEL : words.getFirst());
    List<String> queries =
        words.size() > 1 ? words.subList(1, words.size()) : resource("queries.txt");
    return new Arguments(model, sentences, queries, measuringTime());
  }

  private static double measuringTime() {
    String text = System.getProperty("octavo.quickstart.seconds", "2");
    double seconds = Double.parseDouble(text);
    if (!(seconds >= 0 && seconds <= 3600)) {
      throw new IllegalArgumentException("octavo.quickstart.seconds is " + text);
    }
    return seconds;
  }

  private static List<String> file(Path path) {
    try {
      List<String> lines = sentences(Files.readString(path));
      if (lines.isEmpty()) {
        throw new IllegalArgumentException(path + " holds no text");
      }
      return lines;
    } catch (IOException exception) {
      throw new UncheckedIOException("cannot read " + path, exception);
    }
  }

  private static List<String> resource(String name) {
    try (InputStream in = Arguments.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The resource " + name + " is not on the class path");
      }
      return sentences(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException exception) {
      throw new UncheckedIOException("cannot read " + name, exception);
    }
  }

  private static List<String> sentences(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }
}
