package io.octavo.jinja;

/** A template that cannot be read or rendered. */
public final class JinjaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final int line;

  /** Whose fault it is. */
  public enum Kind {
    /** The template is wrong, fails, or does not end. */
    DAMAGED,
    /** The template uses a part of Jinja that is not served. */
    UNSUPPORTED,
    /** The template refuses what it was given, by {@code raise_exception}. */
    RAISED
  }

  /**
   * Creates the exception.
   *
   * @param line of the template, from 1; 0 if none is known
   */
  public JinjaException(Kind kind, int line, String problem) {
    super(problem);
    this.kind = kind;
    this.line = line;
  }

  static JinjaException damaged(int line, String problem) {
    return new JinjaException(Kind.DAMAGED, line, problem);
  }

  static JinjaException unsupported(int line, String problem) {
    return new JinjaException(Kind.UNSUPPORTED, line, problem);
  }

  /** Of something that fails and does not know where it stands. */
  static JinjaException failed(String problem) {
    return damaged(0, problem);
  }

  /** Whose fault it is. */
  public Kind kind() {
    return kind;
  }

  /** The line of the template, from 1; 0 if none is known. */
  public int line() {
    return line;
  }

  /** This one, at a line if it did not know any. */
  JinjaException at(int place) {
    if (line > 0) {
      return this;
    }
    JinjaException located = new JinjaException(kind, place, String.valueOf(getMessage()));
    located.initCause(this);
    return located;
  }
}
