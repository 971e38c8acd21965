package io.octavo.jinja;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a template into tokens, with the white space that Jinja leaves of it where {@code
 * trim_blocks} and {@code lstrip_blocks} are on: the newline behind a block or comment goes, and so
 * do the blanks between a line's beginning and a block or comment. A minus sign inside of a tag
 * takes all white space on its side, a plus sign keeps it. One newline at the template's end goes.
 */
final class Lexer {
  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private boolean lineStart = true;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    Lexer lexer = new Lexer(source);
    lexer.read();
    return List.copyOf(lexer.tokens);
  }

  private void read() {
    while (position < source.length()) {
      int tag = nextTag();
      char kind = tag < source.length() ? source.charAt(tag + 1) : ' ';
      char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
      text(tag, kind, sign);
      if (tag == source.length()) {
        break;
      }
      position = tag + (sign == '-' || sign == '+' ? 3 : 2);
      switch (kind) {
        case '#' -> comment();
        case '{' -> tag(Token.Kind.OUTPUT_BEGIN, Token.Kind.OUTPUT_END, "}}");
        default -> block();
      }
    }
    tokens.add(new Token(Token.Kind.END, "", line));
  }

  private int nextTag() {
    for (int at = source.indexOf('{', position); at >= 0; at = source.indexOf('{', at + 1)) {
      if (at + 1 < source.length() && "{%#".indexOf(source.charAt(at + 1)) >= 0) {
        return at;
      }
    }
    return source.length();
  }

  /** The text up to a tag, or the end. */
  private void text(int end, char kind, char sign) {
    String text = source.substring(position, end);
    String left = text;
    if (sign == '-') {
      left = Whitespace.stripEnd(text);
    } else if (sign != '+' && (kind == '%' || kind == '#')) {
      int begin = text.lastIndexOf('\n') + 1;
      if ((begin > 0 || lineStart) && text.substring(begin).isBlank()) {
        left = text.substring(0, begin);
      }
    }
    if (!left.isEmpty()) {
      tokens.add(new Token(Token.Kind.TEXT, left, line));
    }
    count(text);
  }

  private void comment() {
    int end = source.indexOf("#}", position);
    if (end < 0) {
      throw JinjaException.damaged(line, "a comment does not end");
    }
    char sign = end > position ? source.charAt(end - 1) : ' ';
    count(source.substring(position, end));
    position = end + 2;
    afterTag(sign, true);
  }

  private void block() {
    int begin = tokens.size();
    tag(Token.Kind.BLOCK_BEGIN, Token.Kind.BLOCK_END, "%}");
    if (tokens.size() == begin + 3 && tokens.get(begin + 1).isName("raw")) {
      tokens.subList(begin, begin + 3).clear();
      raw();
    }
  }

  private void raw() {
    int from = position;
    for (int at = source.indexOf("{%", from); at >= 0; at = source.indexOf("{%", at + 2)) {
      position = at + 2;
      boolean strip = position < source.length() && source.charAt(position) == '-';
      int end = source.indexOf("%}", position);
      if (end < 0) {
        break;
      }
      String inner = source.substring(position, end);
      if (inner.replace('-', ' ').replace('+', ' ').strip().equals("endraw")) {
        String text = source.substring(from, at);
        String left = strip ? Whitespace.stripEnd(text) : text;
        if (!left.isEmpty()) {
          tokens.add(new Token(Token.Kind.TEXT, left, line));
        }
        count(text);
        position = end + 2;
        afterTag(source.charAt(end - 1), true);
        return;
      }
    }
    throw JinjaException.damaged(line, "a raw block does not end");
  }

  /** White space behind a tag. */
  private void afterTag(char sign, boolean trimmed) {
    int begin = position;
    if (sign == '-') {
      while (position < source.length() && Whitespace.is(source.charAt(position))) {
        position++;
      }
    } else if (trimmed && sign != '+' && source.startsWith("\n", position)) {
      position++;
    }
    lineStart = position > begin && source.charAt(position - 1) == '\n';
    count(source.substring(begin, position));
  }

  /** The tokens of a tag, up to its end outside of brackets. */
  private void tag(Token.Kind begin, Token.Kind end, String closing) {
    tokens.add(new Token(begin, source.substring(position - 2, position), line));
    int brackets = 0;
    while (position < source.length()) {
      char c = source.charAt(position);
      boolean signed = (c == '-' || c == '+') && source.startsWith(closing, position + 1);
      if (brackets == 0 && (signed || source.startsWith(closing, position))) {
        tokens.add(new Token(end, closing, line));
        position += signed ? 3 : 2;
        afterTag(signed ? c : ' ', closing.equals("%}"));
        return;
      }
      if (Whitespace.is(c)) {
        line += c == '\n' ? 1 : 0;
        position++;
      } else if (c == '\'' || c == '"') {
        string(c);
      } else if (c >= '0' && c <= '9') {
        number();
      } else if (Character.isUnicodeIdentifierStart(c) || c == '_') {
        name();
      } else {
        String operator = operator();
        brackets += "([{".contains(operator) ? 1 : ")]}".contains(operator) ? -1 : 0;
      }
    }
    throw JinjaException.damaged(line, "a tag does not end with " + closing);
  }

  private String operator() {
    int length = 1;
    for (String two : List.of("==", "!=", "<=", ">=", "//", "**")) {
      if (source.startsWith(two, position)) {
        length = 2;
      }
    }
    String operator = source.substring(position, position + length);
    if (length == 1 && "+-*/%~<>=()[]{}.,:|".indexOf(operator.charAt(0)) < 0) {
      throw JinjaException.damaged(line, "'" + operator + "' means nothing in a tag");
    }
    tokens.add(new Token(Token.Kind.OPERATOR, operator, line));
    position += length;
    return operator;
  }

  private void name() {
    int begin = position;
    while (position < source.length()
        && (Character.isUnicodeIdentifierPart(source.charAt(position))
            || source.charAt(position) == '_')) {
      position++;
    }
    tokens.add(new Token(Token.Kind.NAME, source.substring(begin, position), line));
  }

  private void number() {
    int begin = position;
    digits();
    boolean fraction = false;
    if (position + 1 < source.length()
        && source.charAt(position) == '.'
        && Character.isDigit(source.charAt(position + 1))) {
      fraction = true;
      position++;
      digits();
    }
    int exponent = position;
    if (source.startsWith("e", position) || source.startsWith("E", position)) {
      position++;
      if (source.startsWith("-", position) || source.startsWith("+", position)) {
        position++;
      }
      int first = position;
      digits();
      fraction |= position > first;
      position = position > first ? position : exponent;
    }
    tokens.add(
        new Token(
            fraction ? Token.Kind.FLOAT : Token.Kind.INTEGER,
            source.substring(begin, position).replace("_", ""),
            line));
  }

  private void digits() {
    while (position < source.length()
        && (Character.digit(source.charAt(position), 10) >= 0 || source.charAt(position) == '_')) {
      position++;
    }
  }

  private void string(char quote) {
    int begin = line;
    int first = ++position;
    while (position < source.length() && source.charAt(position) != quote) {
      line += source.charAt(position) == '\n' ? 1 : 0;
      position += source.charAt(position) == '\\' ? 2 : 1;
    }
    if (position >= source.length()) {
      throw JinjaException.damaged(begin, "a string does not end");
    }
    String text = Escapes.resolve(source.substring(first, position), begin);
    tokens.add(new Token(Token.Kind.STRING, text, begin));
    position++;
  }

  private void count(String text) {
    line += (int) text.chars().filter(c -> c == '\n').count();
  }
}
