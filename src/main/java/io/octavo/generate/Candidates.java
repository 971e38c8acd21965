package io.octavo.generate;

import io.octavo.error.InvalidInputException;
import io.octavo.softmax.Softmax;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;

/**
 * The tokens that can be next, with their logits, in ascending order of their ids. Used by one
 * thread at a time, and again for each token, so that a token costs no memory.
 *
 * <p>A token whose logit is minus infinity has probability 0; of those a model itself masks, none
 * becomes a candidate.
 */
public final class Candidates {
  /** As many as most distributions need are taken in order; a share of more of them is selected. */
  private static final int FEW = 256;

  private final int[] ids;
  private final float[] logits;
  private final float[] probabilities;
  private final boolean[] kept;
  private final BestFirst order;
  private int size;

  /**
   * Working memory for a vocabulary.
   *
   * @param vocabularySize bound of the token ids
   */
  public Candidates(int vocabularySize) {
    ids = new int[vocabularySize];
    logits = new float[vocabularySize];
    probabilities = new float[vocabularySize];
    kept = new boolean[vocabularySize];
    order = new BestFirst(vocabularySize);
  }

  /**
   * Starts over with the tokens of a row of logits.
   *
   * @param row a logit for each token of the vocabulary; is not changed
   * @throws InvalidInputException if one is NaN or plus infinity, or all are masked
   */
  public void reset(float[] row) {
    if (row.length != ids.length) {
      throw new IllegalArgumentException(
          "There are " + row.length + " logits for a vocabulary of " + ids.length);
    }
    size = 0;
    for (int id = 0; id < row.length; id++) {
      float logit = row[id];
      if (!(logit < Float.POSITIVE_INFINITY)) {
        throw new InvalidInputException(
            "The logit of token "
                + id
                + " is "
                + logit
                + ": the model's weights hold NaN or infinities, or its activations overflow;"
                + " look for them in the checkpoint, or load it in float32");
      }
      if (logit > Float.NEGATIVE_INFINITY) {
        ids[size] = id;
        logits[size++] = logit;
      }
    }
    require(size > 0);
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** The token id of the candidate at a place from 0 to {@code size() - 1}. */
  public int id(int place) {
    return ids[place];
  }

  /** Its logit. */
  public float logit(int place) {
    return logits[place];
  }

  /**
   * Changes its logit.
   *
   * @param logit finite, or minus infinity
   */
  public void setLogit(int place, float logit) {
    if (!(logit < Float.POSITIVE_INFINITY)) {
      throw new InvalidInputException(
          "A step of sampling makes the logit of token " + ids[place] + " " + logit);
    }
    logits[place] = logit;
  }

  /** The place of a token, or a negative number where it is no candidate. */
  public int place(int id) {
    return Arrays.binarySearch(ids, 0, size, id);
  }

  /**
   * The place of the largest logit; of equal ones, the lowest token id's.
   *
   * @throws InvalidInputException if all are masked
   */
  public int best() {
    int best = 0;
    for (int place = 1; place < size; place++) {
      if (logits[place] > logits[best]) {
        best = place;
      }
    }
    require(logits[best] > Float.NEGATIVE_INFINITY);
    return best;
  }

  /**
   * The probabilities of the candidates as their logits are now.
   *
   * @return one for each place; overwritten by the next call
   * @throws InvalidInputException if all are masked
   */
  public float[] probabilities() {
    best();
    Softmax.auto(logits, 0, size, probabilities, 0);
    return probabilities;
  }

  /** {@code log(sum exp(logit))} over the candidates. */
  public double logSumExp() {
    return Softmax.logSumExp(logits, 0, size);
  }

  /** Keeps the candidates at the places that {@code wanted} accepts, of which there is one. */
  public void keep(IntPredicate wanted) {
    int left = 0;
    for (int place = 0; place < size; place++) {
      if (wanted.test(place)) {
        ids[left] = ids[place];
        logits[left++] = logits[place];
      }
    }
    size = left;
    require(size > 0);
  }

  /**
   * Keeps the shortest run of candidates, in the order of their keys, whose probabilities sum up to
   * at least {@code share}; of equal keys the lower id comes first.
   */
  void keepShare(double share, float[] weights, IntToDoubleFunction key) {
    order.start(size, key);
    Arrays.fill(kept, 0, size, false);
    double sum = 0;
    int taken = 0;
    do {
      if (taken++ == FEW) {
        int more = order.selectShare(weights, sum, share);
        for (int i = 0; i < more; i++) {
          kept[order.selected(i)] = true;
        }
        if (more >= 0) {
          break;
        }
      }
      int place = order.next();
      kept[place] = true;
      sum += weights[place];
    } while (sum < share && !order.isEmpty());
    keep(place -> kept[place]);
  }

  /** The {@code rank}-th largest logit, from 1 to {@code size()}. */
  float ranked(int rank) {
    order.start(size, place -> logits[place]);
    for (int i = 1; i < rank; i++) {
      order.next();
    }
    return logits[order.next()];
  }

  private static void require(boolean some) {
    if (!some) {
      throw new InvalidInputException(
          "Every token is masked: the logits, with their bias, are all minus infinity");
    }
  }
}
