package io.octavo.quickstart;

import io.octavo.LanguageModel;
import io.octavo.generate.GenerationOptions;
import io.octavo.generate.GenerationResult;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelSource;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Continues a text with a language model that comes with the project: a LLaMA of 755,072 parameters
 * which writes character by character what looks like a play.
 */
final class Continuation {
  private static final String PROMPT = "GREMIO:\nGood morrow, ";
  private static final int CHARACTERS = 100;

  private Continuation() {}

  /** Writes the continuation to {@code out}, each character as it is chosen. */
  static void show(PrintStream out) {
    ModelSource files = ModelSource.ofResources(Continuation.class, "shakespeare");
    try (LanguageModel model = LanguageModel.load(files, LoadOptions.defaults())) {
      out.println("\nA small language model goes on in 8 bits after \"GREMIO: Good morrow,\"");
      out.print(PROMPT.indent(2).stripTrailing() + " ");
      GenerationResult result =
          model.generate(
              PROMPT,
              GenerationOptions.defaults()
                  .withMaxTokens(CHARACTERS)
                  .withTemperature(0.7)
                  .withSeed(2),
              token -> out.print(token.toString().replace("\n", "\n  ")));
      out.println(
          String.format(
              Locale.ROOT,
              "%n  %d characters, %.0f a second in this cold JVM",
              result.tokens().size(),
              result.tokensPerSecond()));
    }
  }
}
