package io.octavo.layer;

import io.octavo.kernel.AttentionForm;
import io.octavo.kernel.AttentionRows;
import io.octavo.kernel.CachedAttentionKernel;
import io.octavo.kernel.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Causal attention of a decoder's layer over the caches of sequences: multi-head, grouped-query and
 * multi-query, with a sliding window, a cap of the scores and linear biases where a model has them.
 * Which tokens come in one pass never shows in the result.
 */
public final class CachedAttention {
  private static final int TOKENS = KeyValueLayout.TOKENS;

  private final int heads;
  private final int keyValueHeads;
  private final AttentionForm form;
  private final float[] slopes;
  private final CachedAttentionKernel kernel = Kernels.cachedAttention();

  /**
   * Attention of one kind.
   *
   * @param heads heads of queries
   * @param keyValueHeads heads of keys and values, which divide those; a group of queries shares
   *     one
   * @param form width of a head, scale, cap and window
   * @param slopes the linear bias of each head; empty for none
   */
  public CachedAttention(int heads, int keyValueHeads, AttentionForm form, float[] slopes) {
    if (keyValueHeads < 1 || heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          keyValueHeads + " heads of keys for " + heads + " heads of queries");
    }
    this.heads = heads;
    this.keyValueHeads = keyValueHeads;
    this.form = form;
    this.slopes = slopes.length == 0 ? new float[heads] : slopes.clone();
  }

  /** Features of a token's queries, keys and values together. */
  public int projectedWidth() {
    return (heads + 2 * keyValueHeads) * form.headWidth();
  }

  /**
   * A piece of work: queries of a sequence, at most a block of them, and a head of keys.
   *
   * @param sequence its index
   * @param first first token, of all in the pass
   * @param tokens how many
   * @param head head of keys and values
   */
  private record Piece(int sequence, int first, int tokens, int head) {}

  /**
   * Puts the keys and values of a pass into the caches, and attends.
   *
   * @param projected {@code [tokens, projectedWidth()]}: each token's queries, keys and values,
   *     positions applied
   * @param caches of the sequences, with room for their tokens
   * @param starts first token of each sequence, and the number of tokens at the end
   * @param layer the layer's index
   * @param out receives {@code [tokens, heads * headWidth]}
   * @param workspace working memory and team
   */
  public void forward(
      float[] projected,
      List<KeyValueCache> caches,
      int[] starts,
      int layer,
      float[] out,
      Workspace workspace) {
    List<Piece> pieces = new ArrayList<>();
    boolean apart = true;
    for (int sequence = 0; sequence < caches.size(); sequence++) {
      for (int first = starts[sequence]; first < starts[sequence + 1]; first += TOKENS) {
        int tokens = Math.min(TOKENS, starts[sequence + 1] - first);
        apart &= tokens == starts[sequence + 1] - starts[sequence];
        for (int head = 0; head < keyValueHeads; head++) {
          pieces.add(new Piece(sequence, first, tokens, head));
        }
      }
    }
    if (apart) {
      // No piece sees what another one puts, so none has to wait.
      workspace
          .team()
          .run(
              pieces.size(),
              (task, worker) -> {
                Piece piece = pieces.get(task);
                KeyValueCache cache = caches.get(piece.sequence);
                put(projected, piece, cache, starts, layer);
                attend(projected, piece, cache, starts, layer, out, workspace, worker);
              });
      return;
    }
    workspace
        .team()
        .run(
            pieces.size(),
            (task, worker) -> {
              Piece piece = pieces.get(task);
              put(projected, piece, caches.get(piece.sequence), starts, layer);
            });
    workspace
        .team()
        .run(
            pieces.size(),
            (task, worker) -> {
              // The last tokens see most keys, so they come first.
              Piece piece = pieces.get(pieces.size() - 1 - task);
              KeyValueCache cache = caches.get(piece.sequence);
              attend(projected, piece, cache, starts, layer, out, workspace, worker);
            });
  }

  private void put(float[] projected, Piece piece, KeyValueCache cache, int[] starts, int layer) {
    int position = cache.length() + piece.first - starts[piece.sequence];
    for (int token = 0; token < piece.tokens; token++) {
      int key = (piece.first + token) * projectedWidth() + (heads + piece.head) * form.headWidth();
      int value = key + keyValueHeads * form.headWidth();
      cache.put(layer, position + token, piece.head, projected, key, value);
    }
  }

  private void attend(
      float[] projected,
      Piece piece,
      KeyValueCache cache,
      int[] starts,
      int layer,
      float[] out,
      Workspace workspace,
      int worker) {
    int headWidth = form.headWidth();
    int group = heads / keyValueHeads;
    int width = heads * headWidth;
    int position = cache.length() + piece.first - starts[piece.sequence];
    int tokens = piece.tokens;
    AttentionRows rows = workspace.attentionRows(worker);
    rows.begin(group * tokens);
    for (int member = 0; member < group; member++) {
      for (int token = 0; token < tokens; token++) {
        float slope = slopes[piece.head * group + member];
        rows.place(member * tokens + token, position + token, slope);
      }
    }
    int firstHead = piece.head * group * headWidth;
    for (int token = piece.first; token < piece.first + tokens; token++) {
      int begin = token * width + firstHead;
      Arrays.fill(out, begin, begin + group * headWidth, 0f);
    }
    KeyValueLayout layout = cache.layout();
    float[] widened = workspace.keyValues(worker, layout.head());
    int last = position + tokens - 1;
    for (int index = form.firstKey(position) / TOKENS; index <= last / TOKENS; index++) {
      KeyValueBlock block = cache.block(layer, index);
      float[] numbers = block.read(piece.head, widened);
      int keys = block.offset(piece.head);
      int values = keys + layout.keys();
      int from = index * TOKENS;
      // Of the tokens, those that see a key of the block.
      int begin = Math.max(0, from - position);
      int end = tokens;
      while (end > begin && form.firstKey(position + end - 1) >= from + TOKENS) {
        end--;
      }
      if (tokens == 1 && group <= CachedAttentionKernel.MAX_ROWS) {
        kernel.attend(
            projected,
            piece.first * projectedWidth() + firstHead,
            headWidth,
            rows,
            0,
            group,
            numbers,
            keys,
            values,
            from,
            form,
            out,
            piece.first * width + firstHead,
            headWidth,
            workspace.scratch(worker));
        continue;
      }
      for (int member = 0; member < group && begin < end; member++) {
        int head = firstHead + member * headWidth;
        kernel.attend(
            projected,
            (piece.first + begin) * projectedWidth() + head,
            projectedWidth(),
            rows,
            member * tokens + begin,
            end - begin,
            numbers,
            keys,
            values,
            from,
            form,
            out,
            (piece.first + begin) * width + head,
            width,
            workspace.scratch(worker));
      }
    }
    for (int member = 0; member < group; member++) {
      kernel.divide(
          rows,
          member * tokens,
          tokens,
          headWidth,
          out,
          piece.first * width + firstHead + member * headWidth,
          width);
    }
  }
}
