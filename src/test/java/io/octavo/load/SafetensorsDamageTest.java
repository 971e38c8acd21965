package io.octavo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.octavo.error.OctavoException;
import io.octavo.testing.TinySafetensors;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Files that lie: every one ends in the library's own exception or in tensors that are there. */
class SafetensorsDamageTest {
  private static final String INDEX =
      "{\"metadata\":{\"total_size\":40},\"weight_map\":"
          + "{\"a\":\"m-1.safetensors\",\"b\":\"m-2.safetensors\",\"l.weight\":\"m-2.safetensors\"}}";

  private static Map<String, byte[]> sound() {
    Map<String, byte[]> files = new HashMap<>();
    files.put(
        "m-1.safetensors",
        TinySafetensors.file()
            .field("\"__metadata__\":{\"format\":\"pt\"}")
            .floats("a", "[2,3]", 1, 2, 3, 4, 5, 6)
            .bytes());
    files.put(
        "m-2.safetensors",
        TinySafetensors.file()
            .tensor("l.weight_format", "U8", "[]", new byte[1])
            .tensor("l.weight", "I8", "[2,2]", new byte[] {1, 2, 3, 4})
            .floats("l.SCB", "[2]", 1, 2)
            .tensor("b", "F16", "[1]", new byte[2])
            .bytes());
    files.put(SafetensorsCheckpoint.INDEX, INDEX.getBytes(StandardCharsets.UTF_8));
    return files;
  }

  @Test
  void theSoundFilesAreRead() {
    assertThat(reads(sound())).isTrue();
  }

  @Test
  void changedBytesAreReadOrRefused() {
    Random random = new Random(21);
    int refused = 0;
    for (int i = 0; i < 1500; i++) {
      Map<String, byte[]> files = sound();
      String name = List.copyOf(files.keySet()).get(random.nextInt(3));
      byte[] bytes = Objects.requireNonNull(files.get(name));
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        int at = random.nextInt(bytes.length);
        bytes[at] =
            (byte)
                (random.nextBoolean() ? random.nextInt(256) : bytes[random.nextInt(bytes.length)]);
      }
      refused += readsOrRefuses(files, name + " " + Arrays.toString(bytes));
    }
    assertThat(refused).isBetween(100, 1499);
  }

  @Test
  void cutAndGrownFilesAreRefused() {
    Random random = new Random(22);
    for (int i = 0; i < 300; i++) {
      Map<String, byte[]> files = sound();
      String name = List.copyOf(files.keySet()).get(random.nextInt(3));
      byte[] bytes = Objects.requireNonNull(files.get(name));
      int length = random.nextInt(2 * bytes.length);
      files.put(name, Arrays.copyOf(bytes, length));
      int refused = readsOrRefuses(files, name + " of " + length);
      assertThat(refused).as(name + " of " + length).isEqualTo(length == bytes.length ? 0 : 1);
    }
  }

  private static int readsOrRefuses(Map<String, byte[]> files, String what) {
    try {
      return reads(files) ? 0 : 1;
    } catch (RuntimeException | Error other) {
      return fail(what, other);
    }
  }

  /** Reads everything there is; false if something is refused. */
  private static boolean reads(Map<String, byte[]> files) {
    try (SafetensorsCheckpoint checkpoint =
        SafetensorsCheckpoint.open(ModelSource.ofBytes("m", files))) {
      for (String name : checkpoint.names()) {
        if (name.equals("l.weight_format")) {
          checkpoint.unsignedByte(name);
        } else {
          CheckpointTensor tensor = checkpoint.tensor(name);
          long numbers = tensor.shape().stream().reduce(1L, Math::multiplyExact);
          assertThat(tensor.data().byteSize()).isEqualTo(numbers * tensor.type().bytes());
        }
      }
      if (ReferenceInt8.isLinear(checkpoint, "l")) {
        ReferenceInt8.weights(checkpoint, "l", 2, 2).readRow(1, new float[2], 0);
      }
      return true;
    } catch (OctavoException expected) {
      assertThat(expected).hasMessageContaining("m/");
      return false;
    }
  }
}
