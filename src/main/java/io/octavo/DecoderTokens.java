package io.octavo;

import io.octavo.generate.LogitsReceiver;
import io.octavo.generate.TokenModel;
import io.octavo.generate.TokenSequenceState;
import io.octavo.model.Decoder;
import io.octavo.model.DecoderRunner;
import io.octavo.model.DecoderSession;
import io.octavo.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A decoder as generation sees it. */
final class DecoderTokens implements TokenModel {
  private final Decoder decoder;
  private final DecoderRunner runner;
  private final DType keysAndValues;
  private final ModelInUse model;

  DecoderTokens(Decoder decoder, DecoderRunner runner, DType keysAndValues, ModelInUse model) {
    if (keysAndValues == DType.BF16) {
      throw new IllegalArgumentException("Keys and values are kept in F32, F16 or I8");
    }
    this.decoder = decoder;
    this.runner = runner;
    this.keysAndValues = keysAndValues;
    this.model = model;
  }

  @Override
  public int vocabularySize() {
    return decoder.descriptor().embedding().vocabulary();
  }

  @Override
  public int contextLength() {
    return decoder.descriptor().positions();
  }

  @Override
  public TokenSequenceState open() {
    List<DecoderSession> opened = new ArrayList<>();
    model.call(() -> opened.add(DecoderSession.open(decoder, keysAndValues)));
    return new Sequence(opened.getFirst());
  }

  @Override
  public void appendAll(List<? extends TokenSequenceState> sequences, List<int[]> tokens) {
    List<DecoderSession> sessions = new ArrayList<>();
    for (TokenSequenceState state : sequences) {
      if (!(state instanceof Sequence sequence) || sequence.model() != model) {
        throw new IllegalArgumentException("A sequence of another model");
      }
      sessions.add(sequence.session());
    }
    append(sessions, tokens, null);
  }

  private void append(
      List<DecoderSession> sessions, List<int[]> tokens, @Nullable LogitsReceiver receiver) {
    DecoderRunner.LogitsReceiver each =
        receiver == null
            ? null
            : (sequence, position, logits, offset) -> receiver.receive(position, logits, offset);
    model.callWithTeam(team -> runner.append(sessions, tokens, each, team, () -> false));
  }

  /** A sequence; its session is gone once it is closed. */
  private final class Sequence implements TokenSequenceState {
    private @Nullable DecoderSession session;

    Sequence(DecoderSession session) {
      this.session = session;
    }

    ModelInUse model() {
      return model;
    }

    DecoderSession session() {
      DecoderSession open = session;
      if (open == null) {
        throw new IllegalStateException("This sequence is closed");
      }
      return open;
    }

    @Override
    public int length() {
      return session().length();
    }

    @Override
    public void append(int[] tokens) {
      DecoderTokens.this.append(List.of(session()), List.of(tokens), null);
    }

    @Override
    public void append(int[] tokens, LogitsReceiver receiver) {
      DecoderTokens.this.append(List.of(session()), List.of(tokens), receiver);
    }

    @Override
    public float[] logits() {
      return session().logits();
    }

    @Override
    public void rewind(int length) {
      session().rewind(length);
    }

    @Override
    public TokenSequenceState fork() {
      return new Sequence(session().fork());
    }

    @Override
    public void close() {
      session = null;
    }
  }
}
