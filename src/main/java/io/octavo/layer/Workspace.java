package io.octavo.layer;

import io.octavo.kernel.AttentionRows;
import io.octavo.kernel.KernelScratch;
import io.octavo.parallel.Team;
import io.octavo.quantize.QuantizedRows;

/**
 * The working memory of a forward pass and the team that runs it. Grows to what it is asked for and
 * is kept for the next pass. Used by one pass at a time.
 */
public final class Workspace {
  private final KernelScratch[] scratch;
  private final int[][] accumulators;
  private final int[][] columns;
  private final AttentionRows[] attentionRows;
  private final float[][] keyValues;
  private final QuantizedRows quantizedRows = new QuantizedRows();
  private float[] scores = new float[0];
  private float[] slotWeights = new float[0];
  private float[] slotSums = new float[0];
  private Team team = Team.alone();

  /** Working memory for teams of up to {@code workers} workers. */
  public Workspace(int workers) {
    scratch = new KernelScratch[workers];
    for (int i = 0; i < workers; i++) {
      scratch[i] = new KernelScratch();
    }
    accumulators = new int[workers][0];
    columns = new int[workers][0];
    attentionRows = new AttentionRows[workers];
    for (int i = 0; i < workers; i++) {
      attentionRows[i] = new AttentionRows();
    }
    keyValues = new float[workers][0];
  }

  /** Lets {@code members} run what follows. */
  public void use(Team members) {
    if (members.size() > scratch.length) {
      throw new IllegalArgumentException(
          "A team of " + members.size() + " in a workspace for " + scratch.length);
    }
    team = members;
  }

  /** The largest team it serves. */
  public int workers() {
    return scratch.length;
  }

  /** The team of the pass. */
  public Team team() {
    return team;
  }

  KernelScratch scratch(int worker) {
    return scratch[worker];
  }

  QuantizedRows quantizedRows() {
    return quantizedRows;
  }

  int[] accumulators(int worker, int size) {
    if (accumulators[worker].length < size) {
      accumulators[worker] = new int[size];
    }
    return accumulators[worker];
  }

  int[] columns(int worker, int size) {
    if (columns[worker].length < size) {
      columns[worker] = new int[size];
    }
    return columns[worker];
  }

  AttentionRows attentionRows(int worker) {
    return attentionRows[worker];
  }

  float[] keyValues(int worker, int size) {
    if (keyValues[worker].length < size) {
      keyValues[worker] = new float[size];
    }
    return keyValues[worker];
  }

  /** Scores of attention to parameters. */
  float[] scores(int size) {
    if (scores.length < size) {
      scores = new float[size];
    }
    return scores;
  }

  /** What the values of attention to parameters are multiplied by. */
  float[] slotWeights(int size) {
    if (slotWeights.length < size) {
      slotWeights = new float[size];
    }
    return slotWeights;
  }

  /** What comes of that. */
  float[] slotSums(int size) {
    if (slotSums.length < size) {
      slotSums = new float[size];
    }
    return slotSums;
  }
}
