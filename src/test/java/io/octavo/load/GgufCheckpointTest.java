package io.octavo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.octavo.error.CheckpointException;
import io.octavo.error.OctavoException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.tensor.BlockFormat;
import io.octavo.tensor.DType;
import io.octavo.testing.TestData;
import io.octavo.testing.TinyGguf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GGUF files: sound ones, ones that lie, and a published one. */
class GgufCheckpointTest {
  private static TinyGguf sound() {
    return TinyGguf.file()
        .with("general.architecture", "llama")
        .with("general.alignment", 32)
        .with("llama.rms", 0.5f)
        .with("flag", true)
        .with("tokens", List.of("a", "é", ""))
        .with("types", 1, -2)
        .with("scores", -0.5f, 3f)
        .floats("m", new long[] {3, 2}, 1, 2, 3, 4, 5, 6)
        .tensor("q", 8, new long[] {32, 1}, new byte[34])
        .tensor("h", 1, new long[] {1}, new byte[] {0, 0x3C});
  }

  private static GgufCheckpoint open(byte[] bytes) {
    return GgufCheckpoint.open(ModelSource.ofBytes("m", Map.of("m.gguf", bytes)), "m.gguf");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void tensorsAndMetadataAreRead(int version) {
    try (GgufCheckpoint checkpoint = open(sound().version(version).bytes())) {
      assertThat(checkpoint.names()).containsExactly("m", "q", "h");
      CheckpointTensor tensor = checkpoint.tensor("m");
      assertThat(tensor.shape()).containsExactly(2L, 3L);
      float[] row = new float[3];
      tensor.matrix(2, 3).readRow(1, row, 0);
      assertThat(row).containsExactly(4, 5, 6);
      assertThat(checkpoint.tensor("q").form().blocks()).isEqualTo(BlockFormat.Q8_0);
      assertThat(checkpoint.tensor("h").type()).isEqualTo(DType.F16);
      assertThat(checkpoint.tensor("h").vector(1)).containsExactly(1);
      assertThat(value(checkpoint, "general.architecture").string()).isEqualTo("llama");
      assertThat(value(checkpoint, "llama.rms").number()).isEqualTo(0.5);
      assertThat(value(checkpoint, "flag").bool()).isTrue();
      assertThat(value(checkpoint, "tokens").strings()).containsExactly("a", "é", "");
      StringBuilder numbers = new StringBuilder();
      value(checkpoint, "types").array().forEachInteger(number -> numbers.append(number));
      value(checkpoint, "scores").array().forEachNumber(number -> numbers.append(number));
      assertThat(numbers.toString()).isEqualTo("1-2-0.53.0");
    }
  }

  private static GgufValue value(GgufCheckpoint checkpoint, String key) {
    return checkpoint.metadata().getOrDefault(key, new GgufValue("", key, ""));
  }

  @Test
  void typesThatAreNotReadAreRefusedByName() {
    byte[] file = sound().tensor("x", 19, new long[] {256}, new byte[50]).bytes();
    try (GgufCheckpoint checkpoint = open(file)) {
      assertThatThrownBy(() -> checkpoint.tensor("x"))
          .isInstanceOf(UnsupportedModelException.class)
          .hasMessageContaining("m.gguf")
          .hasMessageContaining("IQ1_S");
      assertThatThrownBy(() -> checkpoint.tensor("y")).isInstanceOf(CheckpointException.class);
      assertThatThrownBy(() -> value(checkpoint, "flag").string())
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("metadata flag");
      assertThatThrownBy(() -> value(checkpoint, "types").strings())
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("metadata types");
    }
  }

  @Test
  void bigEndianFilesAndOtherVersionsAreRefusedByName() {
    assertThatThrownBy(() -> open(sound().version(Integer.reverseBytes(3)).bytes()))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("big-endian");
    assertThatThrownBy(() -> open(sound().version(1).bytes()))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("version 1");
    assertThatThrownBy(() -> open(sound().version(4).bytes()))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("version 4");
    assertThatThrownBy(() -> open(new byte[64]))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no GGUF file");
  }

  @Test
  void contradictionsAreRefusedByPlace() {
    refuses(sound().with("flag", 1), "metadata flag", "twice");
    refuses(sound().floats("m", new long[] {1}, 1), "tensor m", "twice");
    refuses(TinyGguf.file().with("general.alignment", 24), "general.alignment", "power of two");
    refuses(TinyGguf.file().tensor("a", 8, new long[] {31}, new byte[34]), "tensor a", "blocks");
    refuses(TinyGguf.file().tensor("a", 77, new long[] {32}, new byte[64]), "tensor a", "type 77");
    refuses(TinyGguf.file().floats("a", new long[] {9}, 1, 2), "tensor a", "cut short");
    refuses(
        TinyGguf.file().floats("a", new long[] {1L << 40, 1L << 40}, 1), "tensor a", "overflows");
    refuses(TinyGguf.file().floats("a", new long[] {-1}, 1), "tensor a", "shape");
    refuses(TinyGguf.file().floats("a", new long[] {1, 1, 1, 1, 1}, 1), "tensor a", "dimensions");
    refuses(
        TinyGguf.file().array("deep", 9, 1, out -> out.writeBytes(TinyGguf.ints(9, 1))),
        "metadata deep",
        "array of arrays");
    refuses(
        TinyGguf.file().array("long", 4, 1L << 60, out -> out.writeBytes(TinyGguf.ints(9, 1))),
        "byte offset",
        "cannot be in");
    refuses(
        TinyGguf.file().value("kind", 13, out -> out.write(0)), "metadata kind", "is of type 13");
    refuses(TinyGguf.file().value("b", 7, out -> out.write(2)), "byte offset", "0 or 1");
  }

  private static void refuses(TinyGguf file, String... parts) {
    assertThatThrownBy(() -> open(file.bytes()).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("m.gguf")
        .hasMessageContainingAll(parts);
  }

  @Test
  void overlapsAndWrongOffsetsAreRefused() {
    byte[] bytes =
        TinyGguf.file()
            .floats("a", new long[] {16}, new float[16])
            .floats("b", new long[] {1}, 1)
            .bytes();
    // The last number of the header is the offset of b.
    int at = 24 + 2 * (8 + 1 + 4 + 8 + 4 + 8) - 8;
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(buffer.getLong(at)).isEqualTo(64);
    buffer.putLong(at, 32);
    assertThatThrownBy(() -> open(bytes)).hasMessageContainingAll("tensor b", "overlaps tensor a");
    buffer.putLong(at, 33);
    assertThatThrownBy(() -> open(bytes)).hasMessageContainingAll("tensor b", "multiple of 32");
    buffer.putLong(at, -32);
    assertThatThrownBy(() -> open(bytes)).hasMessageContainingAll("tensor b", "offset");
    buffer.putLong(at, Long.MAX_VALUE - 31);
    assertThatThrownBy(() -> open(bytes)).hasMessageContainingAll("tensor b");
  }

  @Test
  void changedAndCutFilesAreReadOrRefused() {
    Random random = new Random(31);
    byte[] sound = sound().bytes();
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = sound.clone();
      if (i % 3 == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      for (int changes = random.nextInt(3); changes > 0 && bytes.length > 0; changes--) {
        int at = random.nextInt(bytes.length);
        bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : bytes[at] + 1);
      }
      refused += readsOrRefuses(bytes);
    }
    assertThat(refused).isBetween(1000, 2900);
  }

  private static int readsOrRefuses(byte[] bytes) {
    try (GgufCheckpoint checkpoint = open(bytes)) {
      for (String name : checkpoint.names()) {
        CheckpointTensor tensor = checkpoint.tensor(name);
        long numbers = tensor.shape().stream().mapToLong(size -> size).reduce(1, (a, b) -> a * b);
        tensor.vector((int) numbers);
      }
      return 0;
    } catch (OctavoException exception) {
      assertThat(exception).hasMessageContaining("m");
      return 1;
    } catch (RuntimeException exception) {
      return fail(Arrays.toString(bytes), exception);
    }
  }

  @Test
  void thePublishedModelIsTheOneOfItsFolder() {
    try (GgufCheckpoint gguf =
            GgufCheckpoint.open(TestData.file("models/stories260K/stories260K.gguf"));
        SafetensorsCheckpoint folder =
            SafetensorsCheckpoint.open(TestData.file("models/stories260K/hf"))) {
      float[] expected = new float[512 * 64];
      float[] read = new float[512 * 64];
      CheckpointTensor embedding = folder.tensor("model.embed_tokens.weight");
      assertThat(gguf.tensor("token_embd.weight").shape()).isEqualTo(embedding.shape());
      for (int row = 0; row < 512; row++) {
        embedding.matrix(512, 64).readRow(row, expected, row * 64);
        gguf.tensor("token_embd.weight").matrix(512, 64).readRow(row, read, row * 64);
      }
      assertThat(read).containsExactly(expected);
    }
  }
}
