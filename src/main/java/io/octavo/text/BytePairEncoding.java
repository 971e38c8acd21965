package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Byte-pair encoding: a word's characters become tokens, and neighbours are merged in the order of
 * the merges. A character without a token becomes the tokens of its bytes, if the model has them,
 * or else unknown, or nothing where the model has no unknown token.
 */
final class BytePairEncoding implements SubwordModel {
  private static final int NONE = -1;

  /** It is looked up again with each character of a text. */
  private static final int LONGEST_AFFIX = 128;

  private final Vocabulary vocabulary;
  private final MergeRule merges;
  private final int unknown;
  private final boolean fusesUnknown;
  private final boolean ignoresMerges;
  private final ByteTokens byteTokens;
  private final byte[] prefix;
  private final byte[] suffix;

  private BytePairEncoding(
      JsonValue json, Vocabulary vocabulary, Function<byte[], MergeRule> merges) {
    this.vocabulary = vocabulary;
    this.unknown = unknown(json.find("unk_token"), vocabulary);
    this.fusesUnknown = flag(json, "fuse_unk");
    this.ignoresMerges = flag(json, "ignore_merges");
    this.byteTokens = new ByteTokens(vocabulary, flag(json, "byte_fallback"));
    this.prefix = bytes(json.find("continuing_subword_prefix"));
    this.suffix = bytes(json.find("end_of_word_suffix"));
    this.merges = merges.apply(prefix);
  }

  /** Reads the fields of {@code model} other than the vocabulary and the merges. */
  static BytePairEncoding from(JsonValue json, Vocabulary vocabulary, Merges.Builder merges) {
    return from(json, vocabulary, prefix -> merges.build(vocabulary, prefix));
  }

  /** As {@link #from(JsonValue, Vocabulary, Merges.Builder)}, with merges by score. */
  static BytePairEncoding from(JsonValue json, Vocabulary vocabulary, ScoredMerges merges) {
    return from(json, vocabulary, prefix -> merges);
  }

  private static BytePairEncoding from(
      JsonValue json, Vocabulary vocabulary, Function<byte[], MergeRule> merges) {
    json.allowOnly(
        "type",
        "dropout",
        "unk_token",
        "continuing_subword_prefix",
        "end_of_word_suffix",
        "fuse_unk",
        "byte_fallback",
        "ignore_merges",
        "vocab",
        "merges");
    JsonValue dropout = json.find("dropout");
    if (dropout != null && dropout.number() != 0) {
      throw new UnsupportedModelException(
          json.file(), dropout.path() + ": merges that are dropped at random are not supported");
    }
    return new BytePairEncoding(json, vocabulary, merges);
  }

  private static int unknown(@Nullable JsonValue token, Vocabulary vocabulary) {
    if (token == null) {
      return NONE;
    }
    int id = vocabulary.find(token.string());
    if (id < 0) {
      throw token.damaged("\"" + token.string() + "\" is not in the vocabulary");
    }
    return id;
  }

  private static boolean flag(JsonValue json, String name) {
    JsonValue flag = json.find(name);
    return flag != null && flag.bool();
  }

  private static byte[] bytes(@Nullable JsonValue json) {
    if (json == null) {
      return new byte[0];
    }
    if (json.string().length() > LONGEST_AFFIX) {
      throw new UnsupportedModelException(
          json.file(),
          json.path() + ": more than " + LONGEST_AFFIX + " characters are not supported");
    }
    return json.string().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public PreTokenizer.WordConsumer into(TokenIds ids) {
    Utf8 characters = new Utf8();
    BytePairWord word = new BytePairWord();
    return (text, start, end) -> {
      characters.set(text, start, end);
      int whole = ignoresMerges ? vocabulary.find(characters.bytes(), 0, characters.size()) : NONE;
      if (whole >= 0) {
        ids.add(whole);
        return;
      }
      word.clear();
      addCharacters(characters, word);
      word.merge(merges);
      word.appendTo(ids);
    };
  }

  private void addCharacters(Utf8 characters, BytePairWord word) {
    boolean pending = false;
    int from = 0;
    while (from < characters.size()) {
      int to = characters.nextBoundary(from);
      byte[] token = characters.bytes();
      int start = from;
      int end = to;
      if ((from > 0 && prefix.length > 0) || (to == characters.size() && suffix.length > 0)) {
        token = dressed(characters, from, to);
        start = 0;
        end = token.length;
      }
      int id = vocabulary.find(token, start, end);
      if (id >= 0) {
        if (pending) {
          word.add(unknown);
          pending = false;
        }
        word.add(id);
      } else if (!byteTokens.append(token, start, end, word::add) && unknown != NONE) {
        // Held back, as the library does, beyond the bytes of characters that follow.
        if (pending && !fusesUnknown) {
          word.add(unknown);
        }
        pending = true;
      }
      from = to;
    }
    if (pending) {
      word.add(unknown);
    }
  }

  /** A character with the prefix of all but the first and the suffix of the last. */
  private byte[] dressed(Utf8 characters, int from, int to) {
    byte[] before = from > 0 ? prefix : new byte[0];
    byte[] after = to == characters.size() ? suffix : new byte[0];
    byte[] token = Arrays.copyOf(before, before.length + to - from + after.length);
    System.arraycopy(characters.bytes(), from, token, before.length, to - from);
    System.arraycopy(after, 0, token, before.length + to - from, after.length);
    return token;
  }
}
