package io.octavo.error;

import org.jspecify.annotations.Nullable;

/**
 * Base of what this library throws about input that is wrong or cannot be served. The message says
 * what is wrong, where, and what to do. Misuse of the API itself (a closed model, a negative size)
 * is reported by {@link IllegalStateException} and {@link IllegalArgumentException} as usual.
 */
public abstract sealed class OctavoException extends RuntimeException
    permits CheckpointException,
        InvalidInputException,
        LoadCancelledException,
        UnsupportedModelException {
  private static final long serialVersionUID = 1L;

  /** Names come from files, where they can be as long as somebody likes. */
  private static final int LONGEST_PART = 2000;

  OctavoException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** A part of a message, without its middle if it is too long for anybody to read. */
  static String shown(String part) {
    if (part.length() <= LONGEST_PART) {
      return part;
    }
    int half = LONGEST_PART / 2;
    return part.substring(0, half) + " [...] " + part.substring(part.length() - half);
  }
}
