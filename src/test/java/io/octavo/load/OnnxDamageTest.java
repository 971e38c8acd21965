package io.octavo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.octavo.error.CheckpointException;
import io.octavo.error.OctavoException;
import io.octavo.testing.TinyOnnx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that lie: every one ends in the library's own exception or in a model. */
@Tag("core")
class OnnxDamageTest {
  private final Path folder;

  OnnxDamageTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void truncatedFilesAreRefused() throws IOException {
    Random random = new Random(11);
    byte[] whole = Files.readAllBytes(TinyOnnx.bert().write(folder.resolve("whole.onnx")));
    for (int i = 0; i < 200; i++) {
      byte[] part = Arrays.copyOf(whole, 1 + random.nextInt(whole.length - 1));
      readsOrRefuses(part, "cut at " + part.length);
    }
  }

  @Test
  void flippedBytesAreReadOrRefused() throws IOException {
    Random random = new Random(12);
    byte[] raw =
        Files.readAllBytes(
            TinyOnnx.bert().shape(1, 8, 2, 8).tables(9, 5, 2).write(folder.resolve("a.onnx")));
    byte[] unpacked =
        Files.readAllBytes(
            TinyOnnx.bert()
                .shape(1, 4, 2, 4)
                .tables(5, 4, 2)
                .unpacked()
                .write(folder.resolve("b.onnx")));
    byte[] external =
        Files.readAllBytes(
            TinyOnnx.bert()
                .shape(1, 4, 2, 4)
                .tables(5, 4, 2)
                .external("w.bin")
                .write(folder.resolve("c.onnx")));
    for (byte[] whole : new byte[][] {raw, unpacked, external}) {
      for (int i = 0; i < 500; i++) {
        byte[] changed = whole.clone();
        int at = random.nextInt(changed.length);
        changed[at] = (byte) random.nextInt(256);
        readsOrRefuses(changed, "byte " + at + " is " + changed[at]);
      }
    }
  }

  private void readsOrRefuses(byte[] bytes, String what) throws IOException {
    Path file = Files.write(folder.resolve("model.onnx"), bytes);
    try (OnnxCheckpoint checkpoint = OnnxCheckpoint.open(file)) {
      assertThat(BertOnnx.read(checkpoint)).isNotNull();
    } catch (OctavoException expected) {
      assertThat(expected).hasMessageContaining(file.toString());
    } catch (RuntimeException | Error other) {
      fail(what, other);
    }
  }

  @Test
  void rawDataOfTheWrongLengthIsRefused() {
    String name = "encoder.layer.0.attention.self.key.bias";
    refused(TinyOnnx.bert().lying(name), "tensor " + name + " at byte offset", "64 bytes, not 60");
    refused(TinyOnnx.bert().lying(name).packed(), "tensor " + name, "64 bytes, not 60");
    refused(TinyOnnx.bert().lying(name).external("w.bin"), "tensor " + name, "60 bytes at offset");
  }

  @Test
  void externalDataStaysInsideTheFolder() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Files.write(folder.resolve("secret.bin"), new byte[100_000]);
    for (String location :
        new String[] {
          "../secret.bin",
          "deeper/../../secret.bin",
          "..\\secret.bin",
          folder.resolve("secret.bin").toAbsolutePath().toString()
        }) {
      Path file = inner.resolve("model.onnx");
      TinyOnnx.bert().external(location).write(file);
      assertThatThrownBy(() -> OnnxCheckpoint.open(file))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("not inside the model's folder")
          .hasMessageContaining(location);
    }
  }

  @Test
  void externalDataBehindALinkOutOfTheFolderIsRefused() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Path file = TinyOnnx.bert().external("w.bin").write(inner.resolve("model.onnx"));
    Files.move(inner.resolve("w.bin"), folder.resolve("w.bin"));
    link(inner.resolve("w.bin"), folder.resolve("w.bin"));
    assertThatThrownBy(() -> OnnxCheckpoint.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("not inside the model's folder");
  }

  @Test
  void modelAndDataMayBothBeLinksIntoOneFolder() throws IOException {
    Path blobs = Files.createDirectory(folder.resolve("blobs"));
    Path snapshot = Files.createDirectory(folder.resolve("snapshot"));
    TinyOnnx.bert().external("w.bin").write(blobs.resolve("model.onnx"));
    link(snapshot.resolve("w.bin"), blobs.resolve("w.bin"));
    link(snapshot.resolve("model.onnx"), blobs.resolve("model.onnx"));
    try (OnnxCheckpoint checkpoint = OnnxCheckpoint.open(snapshot.resolve("model.onnx"))) {
      assertThat(BertOnnx.read(checkpoint).descriptor().layers()).isEqualTo(2);
    }
  }

  @Test
  void absentAndShortExternalDataIsRefused() throws IOException {
    Path file = TinyOnnx.bert().external("w.bin").write(folder.resolve("model.onnx"));
    byte[] data = Files.readAllBytes(folder.resolve("w.bin"));
    Files.write(folder.resolve("w.bin"), Arrays.copyOf(data, data.length - 1));
    assertThatThrownBy(() -> OnnxCheckpoint.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("w.bin, which has " + (data.length - 1));
    Files.delete(folder.resolve("w.bin"));
    assertThatThrownBy(() -> OnnxCheckpoint.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("missing or unreadable");
  }

  @Test
  void filesThatAreNoModelAreRefused() throws IOException {
    assertThatThrownBy(() -> OnnxCheckpoint.open(folder.resolve("absent.onnx")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> OnnxCheckpoint.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("a directory");
    Path file = Files.createFile(folder.resolve("model.onnx"));
    assertThatThrownBy(() -> OnnxCheckpoint.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("empty");
    for (String text : new String[] {"{\"a\": 1}", "version https://git-lfs.github.com/spec/v1"}) {
      Files.write(file, text.getBytes(StandardCharsets.UTF_8));
      assertThatThrownBy(() -> OnnxCheckpoint.open(file))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("no ONNX file");
    }
  }

  @Test
  void closedMemoryIsNotRead() {
    OnnxCheckpoint checkpoint =
        OnnxCheckpoint.open(TinyOnnx.bert().write(folder.resolve("model.onnx")));
    EncoderCheckpoint encoder = BertOnnx.read(checkpoint);
    checkpoint.close();
    assertThatThrownBy(() -> encoder.weights().word().readRow(0, new float[16], 0))
        .isInstanceOf(IllegalStateException.class);
  }

  private void refused(TinyOnnx tiny, String... words) {
    Path file = tiny.write(folder.resolve("model.onnx"));
    assertThatThrownBy(() -> OnnxCheckpoint.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(words);
  }

  private static void link(Path link, Path target) throws IOException {
    try {
      Files.createSymbolicLink(link, target);
    } catch (UnsupportedOperationException exception) {
      Assumptions.abort("no symbolic links here");
    }
  }
}
