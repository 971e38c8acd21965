package io.octavo.generate;

/** Token 0 is a, token 1 is b, and so on; nothing becomes text before the token behind it. */
final class LetterText implements TokenText {
  private String waiting = "";

  @Override
  public String append(int token) {
    String certain = waiting;
    waiting = String.valueOf((char) ('a' + token));
    return certain;
  }

  @Override
  public String finish() {
    return waiting;
  }
}
