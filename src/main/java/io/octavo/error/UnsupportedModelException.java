package io.octavo.error;

/** A sound file that holds a model, tokenizer or option this library does not run. */
public final class UnsupportedModelException extends OctavoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param file the file, as the user named it
   * @param problem what is missing or unknown, by name
   */
  public UnsupportedModelException(String file, String problem) {
    super(file + ": " + shown(problem), null);
  }
}
