package io.octavo.text;

import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes text of tokens, one by one. What it returns is certain: a character whose bytes are spread
 * over several tokens comes out with the last of them, and never in halves. Special tokens, and ids
 * without a token, leave no text. Bytes that are no UTF-8 become U+FFFD.
 *
 * <p>The text is that of the tokens from the first on. Whoever wants the text of tokens that follow
 * others, such as what a model makes of a prompt, appends those first and leaves their text aside:
 * how the first token of a text is written differs from how the same token is written later.
 *
 * <p>For one thread, and one text.
 */
public final class TokenDecoder {
  private final TextDecoding decoding;
  private final IntFunction<@Nullable String> tokens;
  private final IntPredicate special;
  private final Utf8Reader characters = new Utf8Reader();
  private boolean first = true;
  private int toStrip;

  /**
   * A decoder at the beginning of a text.
   *
   * @param tokens the token of an id, or null if there is none
   * @param special whether the token of an id leaves no text
   */
  TokenDecoder(TextDecoding decoding, IntFunction<@Nullable String> tokens, IntPredicate special) {
    this.decoding = decoding;
    this.tokens = tokens;
    this.special = special;
    this.toStrip = decoding.stripped();
  }

  /**
   * Takes the next token.
   *
   * @param id its id
   * @return what it adds to the text that is certain; often nothing
   * @throws IllegalArgumentException if the id is negative
   */
  public String append(int id) {
    if (id < 0) {
      throw new IllegalArgumentException("token id " + id + " is negative");
    }
    String token = special.test(id) ? null : tokens.apply(id);
    if (token == null) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    characters.read(decoding.bytes(token, first), text);
    first = false;
    return stripped(text);
  }

  /** What is left of the text: U+FFFD for a character that is not whole, or nothing. */
  public String finish() {
    StringBuilder text = new StringBuilder();
    characters.finish(text);
    return stripped(text);
  }

  private String stripped(StringBuilder text) {
    int start = 0;
    while (toStrip > 0 && start < text.length()) {
      if (text.charAt(start) == decoding.strippedCharacter()) {
        start++;
        toStrip--;
      } else {
        toStrip = 0;
      }
    }
    return text.substring(start);
  }
}
