package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Pre-tokenizers, each of which splits the words of the one before.
 *
 * @param steps in their order
 */
record PreTokenizerSequence(List<PreTokenizer> steps) implements PreTokenizer {
  /** Each is a call inside the one before, and takes its time with each text. */
  static final int MOST_STEPS = 64;

  /** Reads the field {@code pretokenizers}. */
  static PreTokenizerSequence from(JsonValue json) {
    List<PreTokenizer> steps = new ArrayList<>();
    int count = 0;
    for (JsonValue element : json.array()) {
      PreTokenizer step = PreTokenizer.from(element);
      if (step.asksForBeginning() && steps.stream().anyMatch(PreTokenizer::rewrites)) {
        throw new UnsupportedModelException(
            json.file(),
            element.path()
                + ".prepend_scheme: \"first\" is not supported after a pre-tokenizer"
                + " that rewrites the text");
      }
      steps.add(step);
      count += step.size();
      if (count > MOST_STEPS) {
        throw new UnsupportedModelException(
            json.file(),
            json.path() + ": more than " + MOST_STEPS + " pre-tokenizers are not supported");
      }
    }
    return new PreTokenizerSequence(List.copyOf(steps));
  }

  @Override
  public int size() {
    return steps.stream().mapToInt(PreTokenizer::size).sum();
  }

  @Override
  public boolean asksForBeginning() {
    return steps.stream().anyMatch(PreTokenizer::asksForBeginning);
  }

  @Override
  public boolean rewrites() {
    return steps.stream().anyMatch(PreTokenizer::rewrites);
  }

  @Override
  public void split(String text, int start, int end, boolean beginning, WordConsumer words) {
    split(0, text, start, end, beginning, words);
  }

  private void split(
      int step, String text, int start, int end, boolean beginning, WordConsumer words) {
    if (step == steps.size()) {
      words.accept(text, start, end);
      return;
    }
    steps
        .get(step)
        .split(
            text,
            start,
            end,
            beginning,
            (word, from, to) -> split(step + 1, word, from, to, beginning && from == start, words));
  }
}
