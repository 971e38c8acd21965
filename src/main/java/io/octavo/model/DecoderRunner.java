package io.octavo.model;

import io.octavo.error.InvalidInputException;
import io.octavo.layer.KeyValueCache;
import io.octavo.layer.RotaryScaling;
import io.octavo.parallel.Team;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Appends tokens to sequences: long ones in passes of up to {@value #PASS_TOKENS} tokens, those of
 * several sequences together. How tokens are cut into passes never shows in the result.
 *
 * <p>Safe for any number of threads, each with a team and sequences of its own. Working memory is
 * kept for later calls.
 */
public final class DecoderRunner {
  /**
   * Tokens of a pass: enough rows to make the most of a panel of weights, few enough that their
   * activations take some ten megabytes.
   */
  public static final int PASS_TOKENS = 512;

  /** Tokens whose logits are computed together where all are wanted. */
  private static final int LOGIT_TOKENS = 32;

  private final Decoder decoder;
  private final Decoder.BlockListener listener;
  private final ConcurrentLinkedQueue<DecoderPass> idle = new ConcurrentLinkedQueue<>();

  /** A runner of that decoder. */
  public DecoderRunner(Decoder decoder) {
    this(decoder, Decoder.BlockListener.NONE);
  }

  DecoderRunner(Decoder decoder, Decoder.BlockListener listener) {
    this.decoder = decoder;
    this.listener = listener;
  }

  /** Takes the logits of tokens, in ascending order for each sequence. */
  @FunctionalInterface
  public interface LogitsReceiver {
    /**
     * Receives what the model expects behind a token; called on the thread that appends.
     *
     * @param sequence index of the sequence in the call
     * @param position of the token in its sequence
     * @param logits hold them from {@code offset} on; overwritten afterwards
     * @param offset where they begin
     */
    void receive(int sequence, int position, float[] logits, int offset);
  }

  /**
   * Appends tokens to sequences. Whatever is thrown, nothing has been appended then.
   *
   * @param sessions different sequences of this decoder; their {@link DecoderSession#logits()} are
   *     those behind their last token afterwards
   * @param tokens of each, the tokens to append; at least one each
   * @param receiver takes the logits of every token; null if only the last ones are wanted
   * @param team runs it
   * @param cancelled asked before each pass
   * @throws InvalidInputException if an id is no token's, or a sequence becomes longer than the
   *     model's positions
   * @throws CancellationException once {@code cancelled} says so
   * @throws IllegalStateException if another call uses one of the sequences
   */
  public void append(
      List<DecoderSession> sessions,
      List<int[]> tokens,
      @Nullable LogitsReceiver receiver,
      Team team,
      BooleanSupplier cancelled) {
    check(sessions, tokens);
    int claimed = 0;
    int[] lengths = new int[sessions.size()];
    boolean appended = false;
    try {
      for (DecoderSession session : sessions) {
        session.begin();
        lengths[claimed] = session.length();
        claimed++;
      }
      checkLengths(sessions, tokens);
      run(sessions, tokens, receiver, team, cancelled);
      appended = true;
    } finally {
      for (int i = 0; i < claimed; i++) {
        if (!appended && sessions.get(i).length() > lengths[i]) {
          sessions.get(i).cache().rewind(lengths[i]);
        }
        sessions.get(i).end();
      }
    }
  }

  private void check(List<DecoderSession> sessions, List<int[]> tokens) {
    if (sessions.size() != tokens.size()) {
      throw new IllegalArgumentException(
          sessions.size() + " sequences and tokens for " + tokens.size());
    }
    if (new HashSet<>(sessions).size() != sessions.size()) {
      throw new IllegalArgumentException("A sequence is there twice");
    }
    int vocabulary = decoder.descriptor().embedding().vocabulary();
    for (int i = 0; i < sessions.size(); i++) {
      if (sessions.get(i).decoder() != decoder) {
        throw new IllegalArgumentException("A sequence of another model");
      }
      if (tokens.get(i).length == 0) {
        throw new IllegalArgumentException("No tokens to append");
      }
      for (int id : tokens.get(i)) {
        if (id < 0 || id >= vocabulary) {
          throw new InvalidInputException(
              "Token id " + id + "; the model's are from 0 to " + (vocabulary - 1));
        }
      }
    }
  }

  private void checkLengths(List<DecoderSession> sessions, List<int[]> tokens) {
    int positions = decoder.descriptor().positions();
    for (int i = 0; i < sessions.size(); i++) {
      int length = sessions.get(i).length();
      if (tokens.get(i).length > positions - length) {
        throw new InvalidInputException(
            tokens.get(i).length
                + " tokens behind "
                + length
                + "; a sequence of this model has at most "
                + positions);
      }
    }
  }

  /**
   * What is done for a sequence.
   *
   * @param session the sequence
   * @param cache what it is appended to
   * @param ids the tokens to run
   * @param fresh how many of them are new, the last ones
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Feed(DecoderSession session, KeyValueCache cache, int[] ids, int fresh) {}

  /**
   * The tokens to run; all of a sequence, to a new cache, where its frequencies change as it
   * becomes longer, even for the tokens that are there.
   */
  private Feed feed(DecoderSession session, int[] tokens) {
    int length = session.length();
    for (DecoderDescriptor.LayerShape layer : decoder.descriptor().layers()) {
      RotaryScaling scaling =
          layer.rotary() == null ? RotaryScaling.none() : layer.rotary().scaling();
      if (length > 0 && scaling.regime(length) != scaling.regime(length + tokens.length)) {
        int[] all = Arrays.copyOf(session.ids(), length + tokens.length);
        System.arraycopy(tokens, 0, all, length, tokens.length);
        return new Feed(session, session.newCache(), all, tokens.length);
      }
    }
    return new Feed(session, session.cache(), tokens, tokens.length);
  }

  private void run(
      List<DecoderSession> sessions,
      List<int[]> tokens,
      @Nullable LogitsReceiver receiver,
      Team team,
      BooleanSupplier cancelled) {
    List<Feed> feeds = new ArrayList<>();
    for (int i = 0; i < sessions.size(); i++) {
      feeds.add(feed(sessions.get(i), tokens.get(i)));
    }
    float[][] last = new float[feeds.size()][];
    DecoderPass pass = idle.poll();
    if (pass == null || pass.workspace().workers() < team.size()) {
      pass = new DecoderPass(decoder.descriptor(), team.size());
    }
    pass.workspace().use(team);
    int[] done = new int[feeds.size()];
    int next = 0;
    while (next < feeds.size()) {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException("cancelled before all tokens were appended");
      }
      List<DecoderPass.Part> parts = new ArrayList<>();
      int first = next;
      int room = PASS_TOKENS;
      while (next < feeds.size() && room > 0) {
        Feed feed = feeds.get(next);
        int count = Math.min(room, feed.ids.length - done[next]);
        int length = feed.cache.length() + feed.ids.length - done[next];
        parts.add(
            new DecoderPass.Part(feed.cache, feed.ids, done[next], done[next] + count, length));
        done[next] += count;
        room -= count;
        next += done[next] == feed.ids.length ? 1 : 0;
      }
      pass.begin(parts);
      decoder.forward(pass, listener);
      deliver(pass, parts, feeds, first, last, receiver);
      pass.advance();
    }
    for (int i = 0; i < feeds.size(); i++) {
      Feed feed = feeds.get(i);
      feed.session.complete(feed.cache, tokens.get(i), last[i]);
    }
    pass.workspace().use(Team.alone());
    idle.offer(pass);
  }

  /**
   * Hands out the logits of a pass: those of every token to the receiver, the last ones' always.
   */
  private void deliver(
      DecoderPass pass,
      List<DecoderPass.Part> parts,
      List<Feed> feeds,
      int firstFeed,
      float[][] lastLogits,
      @Nullable LogitsReceiver receiver) {
    int vocabulary = decoder.parts().head().outputs();
    List<int[]> wanted = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      DecoderPass.Part part = parts.get(i);
      for (int at = part.first(); at < part.last(); at++) {
        int left = part.ids().length - at;
        if (left == 1 || (receiver != null && left <= feeds.get(firstFeed + i).fresh)) {
          wanted.add(new int[] {i, at, pass.starts()[i] + at - part.first()});
        }
      }
    }
    for (int first = 0; first < wanted.size(); first += LOGIT_TOKENS) {
      List<int[]> some = wanted.subList(first, Math.min(wanted.size(), first + LOGIT_TOKENS));
      float[] logits = new float[some.size() * vocabulary];
      decoder.logits(pass, some.stream().mapToInt(entry -> entry[2]).toArray(), logits);
      for (int i = 0; i < some.size(); i++) {
        int part = some.get(i)[0];
        int at = some.get(i)[1];
        Feed feed = feeds.get(firstFeed + part);
        if (receiver != null) {
          int position = pass.positions()[some.get(i)[2]];
          receiver.receive(firstFeed + part, position, logits, i * vocabulary);
        }
        if (at == feed.ids.length - 1) {
          int from = i * vocabulary;
          lastLogits[firstFeed + part] =
              some.size() == 1 ? logits : Arrays.copyOfRange(logits, from, from + vocabulary);
        }
      }
    }
  }
}
