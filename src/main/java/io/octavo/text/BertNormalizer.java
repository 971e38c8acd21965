package io.octavo.text;

import io.octavo.json.JsonValue;
import java.text.Normalizer.Form;

/**
 * BERT's normalization, in this order: control characters dropped and white space made plain,
 * ideographs set apart by spaces, accents stripped (canonical decomposition without its non-spacing
 * marks), lower case.
 *
 * @param cleanText drop control characters, U+0000 and U+FFFD, and make each white space a space
 * @param separateIdeographs put spaces around ideographs
 * @param stripAccents decompose and drop non-spacing marks
 * @param lowercase lower case, each code point by itself
 */
record BertNormalizer(
    boolean cleanText, boolean separateIdeographs, boolean stripAccents, boolean lowercase)
    implements TextNormalizer {
  static BertNormalizer from(JsonValue json) {
    json.allowOnly("type", "clean_text", "handle_chinese_chars", "strip_accents", "lowercase");
    boolean lowercase = json.get("lowercase").bool();
    JsonValue stripAccents = json.find("strip_accents");
    return new BertNormalizer(
        json.get("clean_text").bool(),
        json.get("handle_chinese_chars").bool(),
        stripAccents == null ? lowercase : stripAccents.bool(),
        lowercase);
  }

  @Override
  public boolean dropsBeginning() {
    return cleanText || stripAccents;
  }

  @Override
  public String normalize(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    // Below U+00C0 nothing decomposes, and lower case is a matter of ASCII.
    boolean simple = true;
    int i = 0;
    while (i < text.length()) {
      char ascii = text.charAt(i);
      if (ascii < 0x80) {
        appendAscii(out, ascii);
        i++;
        continue;
      }
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      simple &= codePoint < 0xC0;
      appendClean(out, codePoint);
    }
    String clean = out.toString();
    return simple || (!stripAccents && !lowercase) ? clean : fold(clean);
  }

  private void appendAscii(StringBuilder out, char ascii) {
    if (lowercase && ascii >= 'A' && ascii <= 'Z') {
      out.append((char) (ascii + ('a' - 'A')));
    } else if (!cleanText || (ascii >= ' ' && ascii != 0x7F)) {
      out.append(ascii);
    } else if (ascii == '\t' || ascii == '\n' || ascii == '\r') {
      out.append(' ');
    }
  }

  private void appendClean(StringBuilder out, int codePoint) {
    if (cleanText && (codePoint == 0xFFFD || CharacterClass.isControl(codePoint))) {
      return;
    }
    if (cleanText && CharacterClass.isWhiteSpace(codePoint)) {
      out.append(' ');
    } else if (separateIdeographs && CharacterClass.isIdeograph(codePoint)) {
      out.append(' ').appendCodePoint(codePoint).append(' ');
    } else {
      out.appendCodePoint(codePoint);
    }
  }

  private String fold(String clean) {
    String text = stripAccents ? CanonicalForm.normalize(clean, Form.NFD) : clean;
    StringBuilder out = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      if (stripAccents && CharacterClass.isNonSpacingMark(codePoint)) {
        continue;
      }
      if (lowercase) {
        CharacterClass.appendLowerCase(out, codePoint);
      } else {
        out.appendCodePoint(codePoint);
      }
    }
    return out.toString();
  }
}
