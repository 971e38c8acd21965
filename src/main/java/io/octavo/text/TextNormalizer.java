package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.text.Normalizer.Form;
import java.util.List;

/** A change to a text before it is split into words. */
interface TextNormalizer {
  /** The text, changed. */
  String normalize(String text);

  /** Reads the field {@code normalizer}. */
  static TextNormalizer from(JsonValue json) {
    if (json.isNull()) {
      return text -> text;
    }
    String type = json.get("type").string();
    return switch (type) {
      case "BertNormalizer" -> BertNormalizer.from(json);
      case "Sequence" -> {
        json.allowOnly("type", "normalizers");
        List<TextNormalizer> steps =
            json.get("normalizers").array().stream().map(TextNormalizer::from).toList();
        yield text -> {
          String normalized = text;
          for (TextNormalizer step : steps) {
            normalized = step.normalize(normalized);
          }
          return normalized;
        };
      }
      case "NFC", "NFD", "NFKC", "NFKD" -> {
        json.allowOnly("type");
        Form form = Form.valueOf(type);
        yield text -> CanonicalForm.normalize(text, form);
      }
      case "Lowercase" -> {
        json.allowOnly("type");
        yield TextNormalizer::lowerCase;
      }
      case "StripAccents" -> {
        json.allowOnly("type");
        yield TextNormalizer::withoutMarks;
      }
      case "Strip" -> {
        json.allowOnly("type", "strip_left", "strip_right");
        boolean left = json.get("strip_left").bool();
        boolean right = json.get("strip_right").bool();
        yield text -> strip(text, left, right);
      }
      default ->
          throw new UnsupportedModelException(
              json.file(), json.path() + ": normalizer \"" + type + "\" is not supported");
    };
  }

  private static String lowerCase(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    text.codePoints().forEach(codePoint -> CharacterClass.appendLowerCase(lower, codePoint));
    return lower.toString();
  }

  private static String withoutMarks(String text) {
    StringBuilder rest = new StringBuilder(text.length());
    text.codePoints()
        .filter(codePoint -> !CharacterClass.isMark(codePoint))
        .forEach(rest::appendCodePoint);
    return rest.toString();
  }

  private static String strip(String text, boolean left, boolean right) {
    int start = 0;
    int end = text.length();
    // All white space lies in the basic plane.
    while (left && start < end && CharacterClass.isWhiteSpace(text.charAt(start))) {
      start++;
    }
    while (right && end > start && CharacterClass.isWhiteSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }
}
