package io.octavo.error;

/** Data handed to a model that it cannot take: a token id out of range, a text too long. */
public final class InvalidInputException extends OctavoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param problem what is wrong and what would be accepted
   */
  public InvalidInputException(String problem) {
    super(shown(problem), null);
  }
}
