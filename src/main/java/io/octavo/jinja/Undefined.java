package io.octavo.jinja;

/**
 * The value of what is not there: it is false, empty and has no text, and everything else that is
 * done with it fails.
 *
 * @param description what is not there
 */
record Undefined(String description) {
  JinjaException exception() {
    return JinjaException.failed(description + " is undefined");
  }
}
