package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Normalizers, one after the other.
 *
 * @param json where they stand in the file
 * @param steps in their order
 */
record NormalizerSequence(JsonValue json, List<TextNormalizer> steps) implements TextNormalizer {
  // A file of many steps could have a short text fill all memory.
  private static final int MOST_GROWTH = 64;
  private static final int ALWAYS_FINE = 1 << 16;

  /** Each takes its time with each text. */
  private static final int MOST_STEPS = 64;

  /** Reads the field {@code normalizers}. */
  static NormalizerSequence from(JsonValue json) {
    List<TextNormalizer> steps = new ArrayList<>();
    int count = 0;
    for (JsonValue element : json.array()) {
      TextNormalizer step = TextNormalizer.from(element);
      steps.add(step);
      count += step.size();
      if (count > MOST_STEPS) {
        throw new UnsupportedModelException(
            json.file(),
            json.path() + ": more than " + MOST_STEPS + " normalizers are not supported");
      }
    }
    return new NormalizerSequence(json, List.copyOf(steps));
  }

  @Override
  public int size() {
    return steps.stream().mapToInt(TextNormalizer::size).sum();
  }

  @Override
  public boolean dropsBeginning() {
    return steps.stream().anyMatch(TextNormalizer::dropsBeginning);
  }

  @Override
  public String normalize(String text) {
    String normalized = text;
    for (TextNormalizer step : steps) {
      normalized = step.normalize(normalized);
      if (normalized.length() > ALWAYS_FINE && normalized.length() / MOST_GROWTH > text.length()) {
        throw new UnsupportedModelException(
            json.file(),
            json.path()
                + ": normalizers that make a text "
                + MOST_GROWTH
                + " times as long are"
                + " not supported");
      }
    }
    return normalized;
  }
}
