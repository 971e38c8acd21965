package io.octavo.jinja;

/**
 * A piece of a template.
 *
 * @param text of a string, what it means; otherwise as it is written
 * @param line where it stands, from 1
 */
record Token(Kind kind, String text, int line) {
  /** What a token can be. */
  enum Kind {
    TEXT,
    OUTPUT_BEGIN,
    OUTPUT_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(Kind other, String value) {
    return kind == other && text.equals(value);
  }

  boolean isOperator(String value) {
    return is(Kind.OPERATOR, value);
  }

  boolean isName(String value) {
    return is(Kind.NAME, value);
  }

  /** For messages. */
  String shown() {
    return kind == Kind.END ? "the template's end" : "'" + text + "'";
  }
}
