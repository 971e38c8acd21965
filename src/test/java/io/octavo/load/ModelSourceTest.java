package io.octavo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.testing.TinyOnnx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same model from every kind of source; sources that misbehave. */
class ModelSourceTest {
  private final Path folder;

  ModelSourceTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void modelsAreTheSameFromEverySource() throws IOException {
    TinyOnnx tiny = TinyOnnx.bert().external("w.bin");
    tiny.write(folder.resolve("model.onnx"));
    byte[] model = Files.readAllBytes(folder.resolve("model.onnx"));
    byte[] data = Files.readAllBytes(folder.resolve("w.bin"));
    assertReads(ModelSource.of(folder), "model.onnx", tiny, true);
    assertReads(ModelSource.of(folder.resolve("model.onnx")), "model.onnx", tiny, true);
    assertReads(
        ModelSource.ofBytes("m", Map.of("model.onnx", model, "w.bin", data)),
        "model.onnx",
        tiny,
        false);
    assertReads(
        ModelSource.ofBytes("m", Map.of("onnx/model.onnx", model, "onnx/w.bin", data)),
        "onnx/model.onnx",
        tiny,
        false);
    assertReads(
        ModelSource.ofStreams(
            "m",
            Map.of(
                "model.onnx",
                new ByteArrayInputStream(model),
                "w.bin",
                new ByteArrayInputStream(data))),
        "model.onnx",
        tiny,
        false);
    Path jar = folder.resolve("model.jar");
    try (FileSystem zip = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
      Files.createDirectory(zip.getPath("deep"));
      Files.write(zip.getPath("deep/model.onnx"), model);
      Files.write(zip.getPath("deep/w.bin"), data);
    }
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
      assertReads(ModelSource.ofResources(loader, "deep"), "model.onnx", tiny, false);
      assertThat(ModelSource.ofResources(loader, "").has("deep/w.bin")).isTrue();
      assertThat(ModelSource.ofResources(loader, "deep/").has("../deep/w.bin")).isFalse();
    }
    try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of())) {
      assertReads(ModelSource.of(zip.getPath("deep")), "model.onnx", tiny, false);
    }
  }

  private static void assertReads(ModelSource source, String file, TinyOnnx tiny, boolean mapped)
      throws IOException {
    assertThat(source.has(file)).isTrue();
    assertThat(source.has("absent")).isFalse();
    assertThat(source.describe()).contains(source.name());
    String other = FileNames.folder(file) + "w.bin";
    try (OpenFile open = source.openFile(other);
        InputStream stream = source.open(other)) {
      assertThat(open.isMapped()).isEqualTo(mapped);
      assertThat(open.place()).isEqualTo(source.place(other));
      assertThat(stream.readAllBytes()).isEqualTo(open.segment().toArray(ValueLayout.JAVA_BYTE));
    }
    try (OnnxCheckpoint checkpoint = OnnxCheckpoint.open(source, file)) {
      float[] row = new float[16];
      BertOnnx.read(checkpoint).weights().word().readRow(1, row, 0);
      float[] values = tiny.values("embeddings.word_embeddings.weight");
      assertThat(row).containsExactly(java.util.Arrays.copyOfRange(values, 16, 32));
      checkpoint.check();
    }
    assertThatThrownBy(() -> source.openFile("absent"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("absent");
    assertThatThrownBy(() -> source.open("absent"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("absent");
    assertThatThrownBy(() -> source.openFile("../x")).isInstanceOf(CheckpointException.class);
  }

  @Test
  void aSourceKnowsWhichFileIsMeant() {
    assertThat(ModelSource.of(folder).file()).isNull();
    assertThat(ModelSource.of(folder.resolve("a.onnx")).file()).isEqualTo("a.onnx");
    assertThat(ModelSource.of(Path.of("a.onnx")).place("b")).isEqualTo("b");
    ModelSource stream = ModelSource.ofStream("m", "a.onnx", new ByteArrayInputStream(new byte[1]));
    assertThat(stream.file()).isEqualTo("a.onnx");
    assertThat(stream.withFile("b").file()).isEqualTo("b");
    assertThat(ModelSource.ofResources(ModelSourceTest.class, "x").withFile("b").name())
        .isEqualTo("classpath:x/b");
  }

  @Test
  void bytesAreTheModelsOwn() {
    byte[] bytes = "before".getBytes(StandardCharsets.US_ASCII);
    ModelSource source = ModelSource.ofBytes("m", Map.of("a", bytes));
    bytes[0] = 'B';
    try (OpenFile file = source.openFile("a")) {
      assertThat(file.segment().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 'b');
    }
  }

  /** Gives its bytes in pieces of random length, with reads of nothing between them. */
  private static final class Trickle extends InputStream {
    private final Random random = new Random(3);
    private final byte[] bytes;
    private int position;

    Trickle(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return position == bytes.length ? -1 : bytes[position++] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (position == bytes.length) {
        return random.nextBoolean() ? 0 : -1;
      }
      int count = Math.min(Math.min(length, random.nextInt(100_000)), bytes.length - position);
      System.arraycopy(bytes, position, target, offset, count);
      position += count;
      return count;
    }

    @Override
    public int available() {
      return Integer.MAX_VALUE;
    }
  }

  @Test
  void streamsOfAnyPaceAreReadToTheirEnd() {
    Random random = new Random(4);
    for (int length : new int[] {1, 65_535, 65_536, 65_537, 131_072, 5_000_001, 40_000_000}) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      ModelSource source = ModelSource.ofStream("m", "a", new Trickle(bytes));
      try (OpenFile file = source.openFile("a")) {
        assertThat(file.segment().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes);
      }
    }
  }

  /** What a read of many bytes does. */
  private interface Reading {
    int read(int length) throws IOException;
  }

  /** A stream that never brings anything. */
  private static InputStream stream(Reading reading) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        return reading.read(1);
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        return reading.read(length);
      }
    };
  }

  @Test
  void streamsThatMisbehaveAreRefused() {
    refused(
        stream(
            length -> {
              throw new IOException("line is down");
            }),
        "line is down");
    refused(
        stream(
            length -> {
              throw new UncheckedIOException(new IOException("line is down"));
            }),
        "line is down");
    refused(stream(length -> length + 1), "65537 bytes where 65536 fit");
    ModelSource empty = ModelSource.ofStream("m", "a", InputStream.nullInputStream());
    assertThatThrownBy(() -> empty.openFile("a"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("empty");
  }

  private static void refused(InputStream stream, String words) {
    assertThatThrownBy(() -> ModelSource.ofStream("m", "a", stream))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("m/a", words);
  }

  @Test
  void namesStayInside() {
    for (String name : new String[] {"a", "a/b", "a..b", "..a", "a/", "a b", "a\\b"}) {
      assertThat(FileNames.staysInside(name)).as(name).isTrue();
    }
    for (String name : new String[] {"", "..", "a/..", "a\\..\\b", "/a", "\\a", "c:a", "a\0"}) {
      assertThat(FileNames.staysInside(name)).as(name).isFalse();
    }
  }
}
