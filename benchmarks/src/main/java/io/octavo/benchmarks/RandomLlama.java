package io.octavo.benchmarks;

import io.octavo.load.SafetensorsWriter;
import io.octavo.tensor.BFloat16;
import io.octavo.tensor.DType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes a LLaMA of random weights in bfloat16, of the shape of TinyLlama's 1.1 billion parameters
 * unless told otherwise: {@code RandomLlama --folder FOLDER [--layers 22]}. Weights are normal with
 * a deviation that keeps activations near one; no feature is an outlier.
 */
final class RandomLlama {
  private static final int WIDTH = 2048;
  private static final int INNER = 5632;
  private static final int HEADS = 32;
  private static final int KEY_HEADS = 4;
  private static final int VOCABULARY = 32000;
  private static final int POSITIONS = 2048;

  private final SafetensorsWriter writer = new SafetensorsWriter();
  private final SplittableRandom random = new SplittableRandom(1);

  private RandomLlama() {}

  public static void main(String[] args) throws IOException {
    Options options = Options.parse(args);
    int layers = Integer.parseInt(options.values().getOrDefault("layers", "22"));
    write(Path.of(options.get("folder")), layers);
  }

  static void write(Path folder, int layers) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), config(layers));
    RandomLlama llama = new RandomLlama();
    int keys = WIDTH / HEADS * KEY_HEADS;
    llama.normal("model.embed_tokens.weight", VOCABULARY, WIDTH, 1);
    llama.ones("model.norm.weight");
    llama.normal("lm_head.weight", VOCABULARY, WIDTH, deviation(WIDTH));
    for (int i = 0; i < layers; i++) {
      String layer = "model.layers." + i + ".";
      llama.ones(layer + "input_layernorm.weight");
      llama.ones(layer + "post_attention_layernorm.weight");
      llama.normal(layer + "self_attn.q_proj.weight", WIDTH, WIDTH, deviation(WIDTH));
      llama.normal(layer + "self_attn.k_proj.weight", keys, WIDTH, deviation(WIDTH));
      llama.normal(layer + "self_attn.v_proj.weight", keys, WIDTH, deviation(WIDTH));
      llama.normal(layer + "self_attn.o_proj.weight", WIDTH, WIDTH, deviation(WIDTH));
      llama.normal(layer + "mlp.gate_proj.weight", INNER, WIDTH, deviation(WIDTH));
      llama.normal(layer + "mlp.up_proj.weight", INNER, WIDTH, deviation(WIDTH));
      llama.normal(layer + "mlp.down_proj.weight", WIDTH, INNER, deviation(INNER));
    }
    llama.writer.write(folder.resolve("model.safetensors"));
  }

  private static double deviation(int inputs) {
    return 1 / Math.sqrt(inputs);
  }

  private void normal(String name, int rows, int columns, double deviation) {
    long seed = random.nextLong();
    writer.add(
        name,
        DType.BF16,
        List.of((long) rows, (long) columns),
        target -> rows(target, rows, columns, deviation, seed));
  }

  private static void rows(OutputStream target, int rows, int columns, double deviation, long seed)
      throws IOException {
    SplittableRandom numbers = new SplittableRandom(seed);
    byte[] row = new byte[columns * Short.BYTES];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        // The sum of four uniform numbers is close enough to normal, and fast.
        double sum = -2;
        for (int i = 0; i < 4; i++) {
          sum += numbers.nextDouble();
        }
        put(row, c, (float) (sum * Math.sqrt(3) * deviation));
      }
      target.write(row);
    }
  }

  private void ones(String name) {
    writer.add(
        name,
        DType.BF16,
        List.of((long) WIDTH),
        target -> {
          byte[] row = new byte[WIDTH * Short.BYTES];
          for (int c = 0; c < WIDTH; c++) {
            put(row, c, 1f);
          }
          target.write(row);
        });
  }

  private static void put(byte[] row, int column, float value) {
    short bits = BFloat16.fromFloat(value);
    row[2 * column] = (byte) bits;
    row[2 * column + 1] = (byte) (bits >> Byte.SIZE);
  }

  private static String config(int layers) {
    return """
        {
          "architectures": ["LlamaForCausalLM"],
          "model_type": "llama",
          "hidden_size": %d,
          "intermediate_size": %d,
          "num_hidden_layers": %d,
          "num_attention_heads": %d,
          "num_key_value_heads": %d,
          "vocab_size": %d,
          "max_position_embeddings": %d,
          "rms_norm_eps": 1e-05,
          "rope_theta": 10000.0,
          "hidden_act": "silu",
          "tie_word_embeddings": false,
          "torch_dtype": "bfloat16"
        }
        """
        .formatted(WIDTH, INNER, layers, HEADS, KEY_HEADS, VOCABULARY, POSITIONS);
  }
}
