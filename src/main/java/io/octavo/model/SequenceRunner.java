package io.octavo.model;

import io.octavo.parallel.Team;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/**
 * Runs any number of sequences through an encoder, in batches of sequences of similar length. While
 * there is a batch for each worker, every worker runs batches of its own, without waiting for the
 * others and with activations that stay near its processor; what is left over is run by all workers
 * together. Which sequences share a batch depends on the sequences alone.
 *
 * <p>Safe for any number of threads, each with a team of its own. Working memory is kept for later
 * runs.
 */
public final class SequenceRunner {
  /**
   * Tokens of a batch: enough rows to make the most of a panel of weights, few enough that
   * activations stay near the processor.
   */
  public static final int BATCH_TOKENS = 512;

  private final Encoder encoder;
  private final ConcurrentLinkedQueue<EncoderSession> idle = new ConcurrentLinkedQueue<>();

  /** A runner of that encoder. */
  public SequenceRunner(Encoder encoder) {
    this.encoder = encoder;
  }

  /** Takes what comes out, on any of the team's threads. */
  public interface Receiver {
    /**
     * Receives the token outputs of a sequence, rows {@code [first, last)} of {@code hidden}, which
     * is overwritten afterwards.
     *
     * @param sequence index of the sequence
     */
    void receive(int sequence, float[] hidden, int first, int last);
  }

  /** Sequences that run together, by their indices. */
  private record Batch(List<Integer> members, List<TokenSequence> sequences) {}

  /**
   * Runs the sequences.
   *
   * @throws io.octavo.error.InvalidInputException if an id is no token's or a sequence is longer
   *     than the model's positions
   */
  public void run(List<TokenSequence> sequences, Team team, Receiver receiver) {
    List<Batch> batches = batches(sequences);
    int shared = batches.size() - batches.size() % team.size();
    if (team.size() > 1) {
      team.run(shared, (task, worker) -> run(batches.get(task), Team.alone(), receiver));
    } else {
      shared = 0;
    }
    for (Batch batch : batches.subList(shared, batches.size())) {
      run(batch, team, receiver);
    }
  }

  private void run(Batch batch, Team team, Receiver receiver) {
    EncoderSession session = idle.poll();
    if (session == null || session.workspace().workers() < team.size()) {
      session = new EncoderSession(encoder.descriptor(), team.size());
    }
    session.workspace().use(team);
    TokenBatch tokens = TokenBatch.of(batch.sequences);
    encoder.forward(tokens, session);
    for (int i = 0; i < batch.members.size(); i++) {
      receiver.receive(
          batch.members.get(i), session.hidden(), tokens.starts()[i], tokens.starts()[i + 1]);
    }
    session.workspace().use(Team.alone());
    idle.offer(session);
  }

  /** Longest first, so that the last to run are short. */
  private static List<Batch> batches(List<TokenSequence> sequences) {
    List<Integer> order =
        IntStream.range(0, sequences.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> -sequences.get(i).length()))
            .toList();
    List<Batch> batches = new ArrayList<>();
    int tokens = BATCH_TOKENS;
    for (int member : order) {
      TokenSequence sequence = sequences.get(member);
      if (tokens + sequence.length() > BATCH_TOKENS) {
        batches.add(new Batch(new ArrayList<>(), new ArrayList<>()));
        tokens = 0;
      }
      batches.getLast().members.add(member);
      batches.getLast().sequences.add(sequence);
      tokens += sequence.length();
    }
    return batches;
  }
}
