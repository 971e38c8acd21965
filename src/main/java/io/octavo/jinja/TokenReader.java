package io.octavo.jinja;

import java.util.List;

/** Reads tokens one after the other. */
final class TokenReader {
  /** How deep expressions and blocks may be nested; templates in use stay below 20. */
  private static final int DEEPEST = 100;

  private final List<Token> tokens;
  private int position;
  private int depth;

  TokenReader(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(position);
  }

  Token peekSecond() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = peek();
    if (token.kind() != Token.Kind.END) {
      position++;
    }
    return token;
  }

  int line() {
    return peek().line();
  }

  boolean skipOperator(String operator) {
    return skip(peek().isOperator(operator));
  }

  boolean skipName(String name) {
    return skip(peek().isName(name));
  }

  private boolean skip(boolean wanted) {
    if (wanted) {
      position++;
    }
    return wanted;
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  Token expect(Token.Kind kind, String description) {
    if (peek().kind() != kind) {
      throw unexpected(description);
    }
    return next();
  }

  JinjaException unexpected(String wanted) {
    return JinjaException.damaged(line(), peek().shown() + " stands where " + wanted + " should");
  }

  /** Notes that something is read inside of something else. */
  void enter() {
    if (++depth > DEEPEST) {
      throw JinjaException.damaged(line(), "is nested more than " + DEEPEST + " deep");
    }
  }

  void leave() {
    depth--;
  }
}
