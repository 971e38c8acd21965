package io.octavo.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class RelativePositionBiasTest {
  /**
   * With 32 buckets up to a distance of 128 the bucket {@code 8 + k} begins at {@code 8 *
   * 16^(k/8)}, so that {@code distance^2 >= 64 * 2^k} says in integers what logarithms say in the
   * models.
   */
  @Test
  void bucketsGrowByTheRootOfTwo() {
    for (int distance = -1000; distance <= 1000; distance++) {
      int magnitude = Math.abs(distance);
      int expected = magnitude;
      if (magnitude >= 8) {
        expected = 8;
        while (expected < 15 && magnitude * magnitude >= 64 << (expected - 7)) {
          expected++;
        }
      }
      assertThat(RelativePositionBias.bucket(distance, 32, 128))
          .as("%d", distance)
          .isEqualTo(distance > 0 ? 16 + expected : expected);
    }
  }

  @Test
  void theEndsAreBucketsToo() {
    assertThat(RelativePositionBias.bucket(Integer.MIN_VALUE, 32, 128)).isEqualTo(15);
    assertThat(RelativePositionBias.bucket(Integer.MAX_VALUE, 32, 128)).isEqualTo(31);
    assertThat(RelativePositionBias.bucket(0, 4, 2)).isEqualTo(0);
    assertThat(RelativePositionBias.bucket(-1, 4, 2)).isEqualTo(1);
    assertThat(RelativePositionBias.bucket(9, 4, 2)).isEqualTo(3);
  }

  @Test
  void everyHeadHasItsColumnOfTheTable() {
    float[] table = new float[32 * 3];
    for (int i = 0; i < table.length; i++) {
      table[i] = i;
    }
    RelativePositionBias bias = RelativePositionBias.bucketed(table, 3, 32, 128, 40);
    assertThat(bias.heads()).isEqualTo(3);
    assertThat(bias.maxTokens()).isEqualTo(40);
    for (int head = 0; head < 3; head++) {
      assertThat(bias.head(head)).hasSize(79);
      // Distances -39, -1, 0, 1, 39 are in the buckets 12, 1, 0, 17, 28.
      assertThat(bias.head(head)[bias.origin() - 39]).isEqualTo(12 * 3 + head);
      assertThat(bias.head(head)[bias.origin() - 1]).isEqualTo(3 + head);
      assertThat(bias.head(head)[bias.origin()]).isEqualTo(head);
      assertThat(bias.head(head)[bias.origin() + 1]).isEqualTo(17 * 3 + head);
      assertThat(bias.head(head)[bias.origin() + 39]).isEqualTo(28 * 3 + head);
    }
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> RelativePositionBias.bucketed(new float[63], 2, 32, 128, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("63 numbers for 32 buckets and 2 heads");
    for (int[] sizes : new int[][] {{0, 32, 128, 8}, {1, 32, 128, 0}, {1, 31, 128, 8}}) {
      refused(sizes);
    }
    refused(new int[] {1, 2, 128, 8});
    refused(new int[] {1, 32, 8, 8});
  }

  private static void refused(int[] sizes) {
    float[] table = new float[sizes[0] * sizes[1]];
    assertThatThrownBy(
            () -> RelativePositionBias.bucketed(table, sizes[0], sizes[1], sizes[2], sizes[3]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void attentionAddsTheHeadsBiasToTheScaledScores() {
    Random random = new Random(3);
    int heads = 5;
    int headWidth = 8;
    int width = heads * headWidth;
    float[] table = gaussian(32 * heads, random);
    SelfAttention attention =
        new SelfAttention(heads, width, RelativePositionBias.bucketed(table, heads, 32, 128, 150));
    int[] starts = {0, 1, 151, 171};
    float[] projected = gaussian(171 * 3 * width, random);
    float[] out = new float[171 * width];
    attention.forward(projected, starts, out, new Workspace(1));
    for (int sequence = 0; sequence < 3; sequence++) {
      for (int head = 0; head < heads; head++) {
        for (int query = starts[sequence]; query < starts[sequence + 1]; query++) {
          double[] expected = new double[headWidth];
          double sum = 0;
          for (int key = starts[sequence]; key < starts[sequence + 1]; key++) {
            double score = 0;
            for (int d = head * headWidth; d < (head + 1) * headWidth; d++) {
              score +=
                  (double) projected[query * 3 * width + d] * projected[(3 * key + 1) * width + d];
            }
            int bucket = RelativePositionBias.bucket(key - query, 32, 128);
            double weight = Math.exp(score / Math.sqrt(headWidth) + table[bucket * heads + head]);
            sum += weight;
            for (int d = 0; d < headWidth; d++) {
              expected[d] += weight * projected[(3 * key + 2) * width + head * headWidth + d];
            }
          }
          for (int d = 0; d < headWidth; d++) {
            assertThat((double) out[query * width + head * headWidth + d])
                .isCloseTo(expected[d] / sum, Offset.offset(1e-5));
          }
        }
      }
    }
  }

  @Test
  void attentionRefusesWhatTheBiasDoesNotReach() {
    RelativePositionBias bias = RelativePositionBias.bucketed(new float[64], 2, 32, 128, 10);
    assertThatThrownBy(() -> new SelfAttention(4, 16, bias))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 heads, but a bias of 2");
    SelfAttention attention = new SelfAttention(2, 4, bias);
    assertThatThrownBy(
            () ->
                attention.forward(
                    new float[13 * 12], new int[] {0, 2, 13}, new float[52], new Workspace(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("11 tokens")
        .hasMessageContaining("reaches 10");
  }

  private static float[] gaussian(int length, Random random) {
    float[] x = new float[length];
    for (int i = 0; i < length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}
