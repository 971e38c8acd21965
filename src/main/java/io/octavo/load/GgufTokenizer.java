package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.text.GgmlTokenizer;
import io.octavo.text.GgmlVocabulary;
import io.octavo.text.Tokenizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Reads the tokenizer of a GGUF file. */
final class GgufTokenizer {
  private static final String FIELDS = "tokenizer.ggml.";

  /** What some writers put where there is no such token. */
  private static final long NO_TOKEN = 0xFFFFFFFFL;

  private final GgufCheckpoint checkpoint;

  private GgufTokenizer(GgufCheckpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /**
   * The tokenizer of a file.
   *
   * @throws CheckpointException if there is none, or it contradicts itself
   * @throws UnsupportedModelException if it is of a kind that is not served
   */
  static Tokenizer read(GgufCheckpoint checkpoint) {
    return GgmlTokenizer.of(vocabulary(checkpoint));
  }

  /** What a file says about its tokenizer. */
  static GgmlVocabulary vocabulary(GgufCheckpoint checkpoint) {
    try {
      return new GgufTokenizer(checkpoint).vocabulary();
    } catch (InternalError error) {
      throw checkpoint.fault(error);
    }
  }

  private GgmlVocabulary vocabulary() {
    Map<String, Boolean> flags = new HashMap<>();
    checkpoint
        .metadata()
        .forEach(
            (key, value) -> {
              if (key.startsWith(FIELDS) && value.value() instanceof Boolean flag) {
                flags.put(key.substring(FIELDS.length()), flag);
              }
            });
    GgufValue pre = find("pre");
    GgufValue merges = find("merges");
    return new GgmlVocabulary(
        checkpoint.source(),
        get("model").string(),
        pre == null ? "" : pre.string(),
        get("tokens").strings(),
        scores(find("scores")),
        types(find("token_type")),
        merges == null ? List.of() : merges.strings(),
        bytes(find("precompiled_charsmap")),
        ids(checkpoint),
        flags);
  }

  /** The special tokens of a file by their fields' names, such as {@code bos_token_id}. */
  static Map<String, Integer> ids(GgufCheckpoint checkpoint) {
    Map<String, Integer> ids = new HashMap<>();
    checkpoint
        .metadata()
        .forEach(
            (key, value) -> {
              if (key.startsWith(FIELDS) && key.endsWith("_token_id")) {
                addId(ids, key.substring(FIELDS.length()), value);
              }
            });
    return ids;
  }

  private static void addId(Map<String, Integer> ids, String field, GgufValue value) {
    long id = value.integer();
    if (id == NO_TOKEN || id == -1) {
      return;
    }
    if (id < 0 || id > Integer.MAX_VALUE) {
      throw value.damaged("is " + id + ", which is no token");
    }
    ids.put(field, (int) id);
  }

  private static float[] scores(@Nullable GgufValue value) {
    if (value == null) {
      return new float[0];
    }
    float[] scores = new float[value.array().count()];
    int[] next = {0};
    value.array().forEachNumber(score -> scores[next[0]++] = (float) score);
    return scores;
  }

  private static int[] types(@Nullable GgufValue value) {
    if (value == null) {
      return new int[0];
    }
    int[] types = new int[value.array().count()];
    value.array().forEachInteger(into(types));
    return types;
  }

  private static LongConsumer into(int[] target) {
    int[] next = {0};
    return number -> target[next[0]++] = (int) number;
  }

  private static byte[] bytes(@Nullable GgufValue value) {
    if (value == null) {
      return new byte[0];
    }
    byte[] bytes = new byte[value.array().count()];
    int[] next = {0};
    value.array().forEachInteger(number -> bytes[next[0]++] = (byte) number);
    return bytes;
  }

  private GgufValue get(String field) {
    GgufValue value = find(field);
    if (value == null) {
      throw new CheckpointException(
          checkpoint.source(), "metadata " + FIELDS + field, "is missing");
    }
    return value;
  }

  private @Nullable GgufValue find(String field) {
    return checkpoint.metadata().get(FIELDS + field);
  }
}
