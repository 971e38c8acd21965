package io.octavo;

import io.octavo.generate.TokenText;
import io.octavo.text.TokenDecoder;
import io.octavo.text.Tokenizer;

/** The text of tokens as a tokenizer's decoder makes it. */
final class DecodedText implements TokenText {
  private final TokenDecoder decoder;

  private DecodedText(TokenDecoder decoder) {
    this.decoder = decoder;
  }

  /** The text that follows a prompt, which is decoded and left out. */
  static TokenText after(Tokenizer tokenizer, int[] prompt) {
    TokenDecoder decoder = tokenizer.decoder();
    for (int id : prompt) {
      decoder.append(id);
    }
    return new DecodedText(decoder);
  }

  @Override
  public String append(int token) {
    return decoder.append(token);
  }

  @Override
  public String finish() {
    return decoder.finish();
  }
}
