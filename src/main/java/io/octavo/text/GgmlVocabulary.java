package io.octavo.text;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A tokenizer as GGUF files describe it, in the fields {@code tokenizer.ggml.*}.
 *
 * @param file the file, for messages
 * @param model the kind of tokenizer: {@code llama}, {@code gpt2}, {@code bert} or {@code t5}
 * @param pre how a {@code gpt2} splits texts into words; empty if the file does not say
 * @param tokens by id
 * @param scores one per token, or none
 * @param types one per token, or none: {@link #NORMAL} and so on
 * @param merges two tokens each, with a space between; of a {@code gpt2}
 * @param characterMap SentencePiece's compiled normalization; empty if there is none
 * @param ids special tokens by their fields' names, such as {@code bos_token_id}
 * @param flags settings by their fields' names, such as {@code add_bos_token}
 */
public record GgmlVocabulary(
    String file,
    String model,
    String pre,
    List<String> tokens,
    float[] scores,
    int[] types,
    List<String> merges,
    byte[] characterMap,
    Map<String, Integer> ids,
    Map<String, Boolean> flags) {
  /** The type of an ordinary token. */
  static final int NORMAL = 1;

  /** The type of the token that stands for what has none. */
  static final int UNKNOWN = 2;

  /** The type of a token without text. */
  static final int CONTROL = 3;

  /** The type of a token that is found in texts before they are split. */
  static final int USER_DEFINED = 4;

  /** The type of a token that stands for a byte. */
  static final int BYTE = 6;

  /** Where in the file these fields are. */
  static final String FIELDS = "tokenizer.ggml.";

  /** The type of a token. */
  int type(int id) {
    return types.length == 0 ? NORMAL : types[id];
  }

  /** The id in the first of some fields that is there. */
  OptionalInt id(String... fields) {
    for (String field : fields) {
      Integer id = ids.get(field);
      if (id != null) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }

  /** A setting, or what it is where the file does not say. */
  boolean flag(String field, boolean absent) {
    return flags.getOrDefault(field, absent);
  }
}
