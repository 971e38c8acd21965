package io.octavo.benchmarks;

import io.octavo.load.SafetensorsWriter;
import io.octavo.tensor.BFloat16;
import io.octavo.tensor.DType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Writes a GPT-2 of random weights in bfloat16, one block and a small vocabulary, so that a pass is
 * little but the block: attention, and a feed-forward network of four times the width, each behind
 * a LayerNorm. No feature is an outlier.
 */
final class RandomGpt2 {
  /** Tokens it knows. */
  static final int VOCABULARY = 64;

  private static final int HEAD_WIDTH = 64;

  /** Numbers that every matrix repeats; a prime, so that no two of its rows are the same. */
  private static final int PERIOD = 1_000_003;

  private static final int CHUNK = 1 << 16;

  private final SafetensorsWriter writer = new SafetensorsWriter();
  private final float[] normal = RandomData.normal(PERIOD, 1);
  private final int width;

  private RandomGpt2(int width) {
    this.width = width;
  }

  /** Writes it to a folder, for sequences of up to so many tokens. */
  static void write(Path folder, int width, int positions) throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        """
        {
          "architectures": ["GPT2LMHeadModel"],
          "model_type": "gpt2",
          "n_embd": %d,
          "n_layer": 1,
          "n_head": %d,
          "n_inner": %d,
          "n_positions": %d,
          "vocab_size": %d,
          "layer_norm_epsilon": 1e-05,
          "activation_function": "gelu_new"
        }
        """
            .formatted(width, width / HEAD_WIDTH, 4 * width, positions, VOCABULARY));
    RandomGpt2 model = new RandomGpt2(width);
    model.add("wte.weight", 0, 1, VOCABULARY, width);
    model.add("wpe.weight", 0, 0.1, positions, width);
    model.norm("h.0.ln_1");
    model.linear("h.0.attn.c_attn", width, 3 * width);
    model.linear("h.0.attn.c_proj", width, width);
    model.norm("h.0.ln_2");
    model.linear("h.0.mlp.c_fc", width, 4 * width);
    model.linear("h.0.mlp.c_proj", 4 * width, width);
    model.norm("ln_f");
    model.writer.write(folder.resolve("model.safetensors"));
  }

  private void norm(String name) {
    add(name + ".weight", 1, 0.1, width);
    add(name + ".bias", 0, 0.1, width);
  }

  private void linear(String name, int inputs, int outputs) {
    add(name + ".weight", 0, 1 / Math.sqrt(inputs), inputs, outputs);
    add(name + ".bias", 0, 0.1, outputs);
  }

  private void add(String name, double mean, double deviation, long... shape) {
    List<Long> sizes = Arrays.stream(shape).boxed().toList();
    long count = LongStream.of(shape).reduce(1, Math::multiplyExact);
    writer.add(name, DType.BF16, sizes, target -> write(target, count, mean, deviation));
  }

  private void write(OutputStream target, long count, double mean, double deviation)
      throws IOException {
    byte[] bytes = new byte[CHUNK * Short.BYTES];
    for (long first = 0; first < count; first += CHUNK) {
      int size = (int) Math.min(CHUNK, count - first);
      for (int i = 0; i < size; i++) {
        double value = mean + deviation * normal[(int) ((first + i) % PERIOD)];
        short bits = BFloat16.fromFloat((float) value);
        bytes[2 * i] = (byte) bits;
        bytes[2 * i + 1] = (byte) (bits >> Byte.SIZE);
      }
      target.write(bytes, 0, size * Short.BYTES);
    }
  }
}
