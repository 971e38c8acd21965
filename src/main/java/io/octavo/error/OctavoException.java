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

  OctavoException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
