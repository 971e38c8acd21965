package io.octavo.kernel.x86;

import java.io.Serial;

/** Machine code cannot be had in this process; the message says why, without a full stop. */
public final class MachineCodeException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  MachineCodeException(String message) {
    super(message);
  }

  MachineCodeException(String message, Throwable cause) {
    super(message, cause);
  }
}
