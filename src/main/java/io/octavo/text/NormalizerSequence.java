package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
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

  /** Reads the field {@code normalizers}. */
  static NormalizerSequence from(JsonValue json) {
    return new NormalizerSequence(json, json.array().stream().map(TextNormalizer::from).toList());
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
