package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import java.util.OptionalInt;

/**
 * Text to token ids. Safe for any number of threads; {@link TokenizerFile} reads one.
 *
 * <p>An unpaired surrogate counts as U+FFFD, the replacement character.
 */
public interface Tokenizer {
  /**
   * The tokens of a text with the special tokens around it, cut to what the file itself states.
   *
   * @param text any text
   * @return token ids; at most {@link #maxTokens()} of them where the file states a maximum
   */
  default int[] encode(String text) {
    return encode(text, maxTokens().orElse(Integer.MAX_VALUE));
  }

  /**
   * The tokens of a text with the special tokens around it. Where they are too many, tokens at the
   * end of the text are left out; the special tokens stay.
   *
   * @param text any text
   * @param maxTokens most tokens to return, the special ones included
   * @return token ids
   * @throws IllegalArgumentException if the special tokens alone are more than {@code maxTokens}
   */
  int[] encode(String text, int maxTokens);

  /**
   * The tokens of a text alone, however many.
   *
   * @param text any text
   * @return token ids
   */
  int[] encodeWithoutSpecialTokens(String text);

  /**
   * The tokens of two texts as one sequence, with the special tokens around and between them. Where
   * they are too many, tokens are taken from the end of the longer text, until both are equally
   * long, and then from both; of an odd rest the text that was longer gets one more, or the second.
   *
   * @param first any text, such as a question
   * @param second any text, such as a passage
   * @param maxTokens most tokens to return, the special ones included
   * @return token ids and their segments
   * @throws IllegalArgumentException if the special tokens alone are more than {@code maxTokens}
   * @throws UnsupportedModelException if the file does not say how two texts become one sequence
   */
  EncodedPair encodePair(String first, String second, int maxTokens);

  /**
   * Bound of the ids: one more than the largest.
   *
   * @return rows that an embedding table needs
   */
  int vocabularySize();

  /**
   * The maximum stated by the file ({@code truncation.max_length}), special tokens included.
   *
   * @return tokens, or empty if the file states none
   */
  OptionalInt maxTokens();

  /**
   * How a token is written in the vocabulary.
   *
   * @param id a token id
   * @return the token, a continuing one with its prefix
   * @throws IllegalArgumentException if no token has this id
   */
  String token(int id);

  /**
   * The id of a token.
   *
   * @param token a token as the vocabulary writes it
   * @return its id, or empty if there is none
   */
  OptionalInt id(String token);

  /**
   * What makes text of tokens one by one.
   *
   * @return a decoder at the beginning of a text; for one thread
   * @throws io.octavo.error.CheckpointException if what the file says about it is damaged
   * @throws UnsupportedModelException if the file asks for a decoder that this library does not
   *     have
   */
  TokenDecoder decoder();

  /**
   * The text of tokens, without that of special ones.
   *
   * @param ids token ids, 0 or more
   * @return the text
   * @throws UnsupportedModelException as {@link #decoder()}
   */
  default String decode(int[] ids) {
    TokenDecoder decoder = decoder();
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(decoder.append(id));
    }
    return text.append(decoder.finish()).toString();
  }
}
