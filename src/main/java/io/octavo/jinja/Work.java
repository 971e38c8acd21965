package io.octavo.jinja;

/**
 * How much a rendering has done. Each step of it costs one, and what it makes or looks through
 * costs its length, so that no template runs for long or fills the memory, whatever it says.
 */
final class Work {
  /** What a template may do beside what its input costs; those in use need some ten thousand. */
  private static final long ALLOWED = 2_000_000;

  /** What it may do for each character that it is given. */
  private static final long ALLOWED_PER_CHARACTER = 64;

  /** How deep values and calls may be nested, which takes some frames of the stack each. */
  private static final int DEEPEST = 400;

  private long left;
  private int depth;

  Work(long inputLength) {
    left = ALLOWED + ALLOWED_PER_CHARACTER * inputLength;
  }

  /** Accounts for so much. */
  void spend(long work) {
    left -= work;
    if (left < 0 || work < 0) {
      throw JinjaException.failed("does more than a template may do; does it loop?");
    }
  }

  /** Accounts for a product that may be larger than a long. */
  void spend(long factor, long other) {
    spend(factor > 0 && other > Long.MAX_VALUE / factor ? Long.MAX_VALUE : factor * other);
  }

  /** Accounts for looking for a text in another. */
  void search(String in, String what) {
    spend(in.length() + (long) in.length() * what.length() / 16);
  }

  /** Notes that something is worked out inside of something else. */
  void enter() {
    spend(1);
    if (++depth > DEEPEST) {
      throw JinjaException.failed("is nested more than " + DEEPEST + " deep");
    }
  }

  void leave() {
    depth--;
  }
}
