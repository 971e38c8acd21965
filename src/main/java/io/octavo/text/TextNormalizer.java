package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.text.Normalizer.Form;
import java.util.function.UnaryOperator;

/** A change to a text before it is split into words. */
interface TextNormalizer {
  /** Most characters, or bytes, that a normalizer may put in the place of something. */
  int LONGEST_REPLACEMENT = 128;

  /** The text, changed. */
  String normalize(String text);

  /** Whether it can take away what a text begins with. */
  default boolean dropsBeginning() {
    return false;
  }

  /** How many normalizers it consists of. */
  default int size() {
    return 1;
  }

  /** A change that can take away what a text begins with. */
  record Dropping(UnaryOperator<String> change) implements TextNormalizer {
    @Override
    public String normalize(String text) {
      return change.apply(text);
    }

    @Override
    public boolean dropsBeginning() {
      return true;
    }
  }

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
        yield NormalizerSequence.from(json.get("normalizers"));
      }
      case "Precompiled" -> CharacterMap.from(json);
      case "Prepend" -> {
        json.allowOnly("type", "prepend");
        String added = replacement(json.get("prepend"));
        yield text -> text.isEmpty() ? text : added + text;
      }
      case "Replace" -> {
        json.allowOnly("type", "pattern", "content");
        yield replacing(json.get("pattern"), replacement(json.get("content")));
      }
      case "Nmt" -> {
        json.allowOnly("type");
        yield new Dropping(TextNormalizer::nmt);
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
        yield new Dropping(TextNormalizer::withoutMarks);
      }
      case "Strip" -> {
        json.allowOnly("type", "strip_left", "strip_right");
        boolean left = json.get("strip_left").bool();
        boolean right = json.get("strip_right").bool();
        yield left
            ? new Dropping(text -> strip(text, true, right))
            : text -> strip(text, false, right);
      }
      default ->
          throw new UnsupportedModelException(
              json.file(), json.path() + ": normalizer \"" + type + "\" is not supported");
    };
  }

  /** What a text gets in the place of something; its length is bounded, or texts would explode. */
  private static String replacement(JsonValue json) {
    if (json.string().length() > LONGEST_REPLACEMENT) {
      throw new UnsupportedModelException(
          json.file(),
          json.path() + ": more than " + LONGEST_REPLACEMENT + " characters are not supported");
    }
    return json.string();
  }

  private static TextNormalizer replacing(JsonValue pattern, String content) {
    JsonValue expression = pattern.find("Regex");
    if (expression == null) {
      String literal = literal(pattern);
      UnaryOperator<String> change = text -> text.replace(literal, content);
      return literal.codePointCount(0, literal.length()) == 1 && !content.isEmpty()
          ? change::apply
          : new Dropping(change);
    }
    pattern.allowOnly("Regex");
    if (!expression.string().equals(" {2,}")) {
      throw unsupportedExpression(expression);
    }
    return new Dropping(text -> replaceSpaces(text, content));
  }

  /** Reads a pattern that is a string as it stands, as normalizers and pre-tokenizers have them. */
  static String literal(JsonValue pattern) {
    JsonValue expression = pattern.find("Regex");
    if (expression != null) {
      throw unsupportedExpression(expression);
    }
    pattern.allowOnly("String");
    JsonValue literal = pattern.get("String");
    if (literal.string().isEmpty()) {
      throw literal.damaged("is empty");
    }
    return literal.string();
  }

  private static UnsupportedModelException unsupportedExpression(JsonValue json) {
    return new UnsupportedModelException(
        json.file(), json.path() + ": the expression \"" + json.string() + "\" is not supported");
  }

  /** Replaces each run of two or more spaces. */
  private static String replaceSpaces(String text, String content) {
    if (!text.contains("  ")) {
      return text;
    }
    StringBuilder rest = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      int end = i;
      while (end < text.length() && text.charAt(end) == ' ') {
        end++;
      }
      if (end - i >= 2) {
        rest.append(content);
        i = end;
      } else {
        rest.append(text.charAt(i++));
      }
    }
    return rest.toString();
  }

  /** SentencePiece's rules for machine translation: no control characters, plain white space. */
  private static String nmt(String text) {
    StringBuilder rest = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      switch (unit) {
        case '\t', '\n', '\f', '\r', 0x1680, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD ->
            rest.append(' ');
        case 0x0B, 0x7F, 0x8F, 0x9F -> {}
        default -> {
          if (unit >= 0x200B && unit <= 0x200F) {
            rest.append(' ');
          } else if (unit == 0 || unit >= ' ') {
            rest.append(unit);
          }
        }
      }
    }
    return rest.toString();
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
