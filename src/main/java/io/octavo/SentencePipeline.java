package io.octavo;

import io.octavo.load.LoadOptions;
import io.octavo.load.ModelSource;
import io.octavo.load.SentenceExport;
import io.octavo.load.SentenceHeadFiles;
import io.octavo.load.SentenceModules;
import io.octavo.load.SentenceStep;
import io.octavo.model.Pooling;
import io.octavo.model.PoolingPlan;
import io.octavo.model.SentenceHead;
import io.octavo.parallel.Team;
import io.octavo.tensor.NativeMemory;
import io.octavo.text.Tokenizer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds the encoder of a sentence-embedding model: what is done to a text before it, and
 * to its token outputs behind it.
 *
 * @param pooling how token outputs become one vector
 * @param head what becomes of that vector
 * @param prompts texts to put before others
 * @param lowerCase whether a text is put into lower case
 * @param similarity how sentence-transformers compares the vectors, where the files say so
 */
record SentencePipeline(
    PoolingPlan pooling,
    SentenceHead head,
    Prompts prompts,
    boolean lowerCase,
    @Nullable String similarity) {

  /**
   * The pipeline of a model.
   *
   * @param modules what its files say; null where they say nothing
   * @param width features of a token's output
   * @param options what they say is preferred
   */
  static SentencePipeline build(
      ModelSource source,
      @Nullable SentenceModules modules,
      int width,
      LoadOptions options,
      NativeMemory memory,
      Team team) {
    Pooling wanted = options.pooling();
    PoolingPlan pooling =
        wanted != null || modules == null
            ? PoolingPlan.of(wanted == null ? Pooling.MEAN : wanted, width)
            : modules.pooling();
    List<SentenceStep> steps =
        modules == null ? List.of(new SentenceStep.Normalize(width)) : modules.steps();
    SentenceHead head =
        SentenceHeadFiles.build(source, pooling, width, steps, options.normalize(), memory, team);
    return new SentencePipeline(
        pooling,
        head,
        Prompts.of(
            modules == null ? Map.of() : modules.prompts(),
            options.prompts(),
            modules == null ? null : modules.defaultPrompt()),
        modules != null && modules.lowerCase(),
        modules == null ? null : modules.similarity());
  }

  /** What is written of it when the model is exported. */
  SentenceExport export(int maxTokens) {
    return new SentenceExport(
        maxTokens, lowerCase, pooling, head, prompts.texts(), prompts.standardName(), similarity);
  }

  /** Features of a vector. */
  int outputs() {
    return head.outputs();
  }

  /**
   * A text, the prompt included, as the tokenizer gets it: without white space around it, as
   * sentence-transformers has it.
   */
  String prepare(String text) {
    String stripped = strip(text);
    return lowerCase ? stripped.toLowerCase(Locale.ROOT) : stripped;
  }

  /** What Python's {@code str.strip} drops, all of it in the basic plane. */
  private static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isSpace(char character) {
    return Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || character == '\u0085';
  }

  /** Tokens at the beginning of a sequence that pooling leaves out, if it does. */
  int promptTokens(String prompt, Tokenizer tokenizer, int maxTokens) {
    if (prompt.isEmpty() || pooling.includePrompt()) {
      return 0;
    }
    int[] nothing = tokenizer.encode("", maxTokens);
    int closing = nothing.length == 0 ? -1 : nothing[nothing.length - 1];
    return PoolingPlan.promptTokens(
        tokenizer.encode(prepare(prompt), maxTokens), id -> id == closing);
  }

  /** The vector of a sequence, tokens {@code [first, last)} of {@code hidden}. */
  float[] vector(float[] hidden, int first, int last, int promptTokens) {
    return head.apply(pooling.pool(hidden, first, last, promptTokens));
  }
}
