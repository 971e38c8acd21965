package io.octavo.text;

import io.octavo.json.JsonValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a text at what an expression matches.
 *
 * @param pattern one of {@link SplitExpressions}
 * @param behavior what becomes of the matches
 * @param inverted what lies between them counts as a delimiter, and they do not
 */
record ExpressionDelimiter(Pattern pattern, Delimiter.Behavior behavior, boolean inverted)
    implements PreTokenizer {
  static ExpressionDelimiter from(JsonValue json) {
    json.get("pattern").allowOnly("Regex");
    return new ExpressionDelimiter(
        SplitExpressions.read(json.get("pattern").get("Regex")),
        Delimiter.behavior(json.get("behavior")),
        json.get("invert").bool());
  }

  @Override
  public void split(String text, int start, int end, boolean beginning, WordConsumer words) {
    Delimiter.Words joined = new Delimiter.Words(behavior, text, start, words);
    Matcher matcher = pattern.matcher(text).region(start, end);
    int done = start;
    while (matcher.find()) {
      if (done < matcher.start()) {
        joined.add(matcher.start(), inverted);
      }
      joined.add(matcher.end(), !inverted);
      done = matcher.end();
    }
    if (done < end) {
      joined.add(end, inverted);
    }
    joined.finish();
  }
}
