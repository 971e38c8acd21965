package io.octavo.model;

import io.octavo.layer.KeyValueCache;
import io.octavo.tensor.DType;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A sequence of tokens as a {@link Decoder} remembers it: its keys and values, and the logits
 * behind its last token. Used by one thread at a time; it says so when it is not.
 */
public final class DecoderSession {
  private final Decoder decoder;
  private KeyValueCache cache;
  private final AtomicBoolean busy = new AtomicBoolean();
  private int[] ids;
  private float @Nullable [] logits;

  private DecoderSession(
      Decoder decoder, KeyValueCache cache, int[] ids, float @Nullable [] logits) {
    this.decoder = decoder;
    this.cache = cache;
    this.ids = ids;
    this.logits = logits;
  }

  /**
   * An empty sequence.
   *
   * @param decoder the model
   * @param keysAndValues how keys and values are kept: {@link DType#F32}, {@link DType#F16} or
   *     {@link DType#I8}
   */
  public static DecoderSession open(Decoder decoder, DType keysAndValues) {
    DecoderDescriptor.AttentionShape attention = decoder.descriptor().attention();
    KeyValueCache cache =
        KeyValueCache.empty(
            decoder.descriptor().layers().size(),
            attention.keyValueHeads(),
            attention.headWidth(),
            keysAndValues);
    return new DecoderSession(decoder, cache, new int[0], null);
  }

  /** The model. */
  public Decoder decoder() {
    return decoder;
  }

  /** Tokens it holds. */
  public int length() {
    return cache.length();
  }

  /** The ids of its tokens; a copy. */
  public int[] ids() {
    return Arrays.copyOf(ids, length());
  }

  /** Bytes of its keys and values, those included that it shares with forks. */
  public long bytes() {
    return cache.bytes();
  }

  /**
   * What the model expects behind the last token, {@code [vocabulary]}; a new array for each call
   * that appends, to be read only.
   *
   * @throws IllegalStateException if there are none: before the first token and after {@link
   *     #rewind}
   */
  public float[] logits() {
    if (logits == null) {
      throw new IllegalStateException(
          "No token was appended yet, or since the sequence was rewound");
    }
    return logits;
  }

  /**
   * Forgets all tokens but the first ones.
   *
   * @param length how many stay, from 0 to {@link #length()}
   * @throws IllegalArgumentException if it is out of that range
   * @throws IllegalStateException if another thread uses the sequence
   */
  public void rewind(int length) {
    begin();
    try {
      if (length != cache.length()) {
        cache.rewind(length);
        logits = null;
      }
    } finally {
      end();
    }
  }

  /**
   * A sequence of its own that begins with the same tokens and has the same logits; keys and values
   * that both have are there once.
   *
   * @throws IllegalStateException if another thread uses the sequence
   */
  public DecoderSession fork() {
    begin();
    try {
      return new DecoderSession(decoder, cache.fork(), ids(), logits);
    } finally {
      end();
    }
  }

  /** An empty cache of the same kind. */
  KeyValueCache newCache() {
    return open(decoder, cache.type()).cache;
  }

  KeyValueCache cache() {
    return cache;
  }

  /** Claims the sequence for this thread until {@link #end}. */
  void begin() {
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException("This sequence is in use by another call");
    }
  }

  void end() {
    busy.set(false);
  }

  /**
   * Ends an append.
   *
   * @param filled the cache with all tokens in it
   * @param appended the tokens that are new
   * @param last the logits behind the last one
   */
  void complete(KeyValueCache filled, int[] appended, float[] last) {
    cache = filled;
    int length = filled.length();
    if (ids.length < length) {
      ids = Arrays.copyOf(ids, Math.max(length, ids.length + ids.length / 2));
    }
    System.arraycopy(appended, 0, ids, length - appended.length, appended.length);
    logits = last;
  }
}
