package io.octavo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes are the same by the map and by the file, whatever happens to the thread or the name. */
@Tag("core")
class MappedFileTest {
  private static final int SIZE = 100_000;

  /** Below a page and above: by the map, and by the file. */
  private static final int[] COUNTS = {0, 1, 4095, 4096, 50_000};

  private final byte[] content = new byte[SIZE];

  private Path folder = Path.of("");
  private Path path = Path.of("");

  @BeforeEach
  void write(@TempDir Path directory) throws IOException {
    folder = directory;
    new Random(5).nextBytes(content);
    path = Files.write(folder.resolve("content"), content);
  }

  @Test
  void copiesAreTheContent() {
    try (MappedFile file = MappedFile.open(path)) {
      checkCopies(file);
    }
  }

  @Test
  void anInterruptedThreadReadsOnAndStaysInterrupted() {
    try (MappedFile file = MappedFile.open(path)) {
      Thread.currentThread().interrupt();
      checkCopies(file);
      assertThat(Thread.interrupted()).isTrue();
      checkCopies(file);
    }
  }

  @Test
  void aFileThatWasReplacedIsReadAsItWas() throws IOException {
    try (MappedFile file = MappedFile.open(path)) {
      Path other = Files.write(folder.resolve("other"), new byte[SIZE]);
      Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
      checkCopies(file);
    }
  }

  @Test
  void aFileThatWasCutIsNamed() throws IOException {
    try (MappedFile file = MappedFile.open(path)) {
      try (RandomAccessFile other = new RandomAccessFile(path.toFile(), "rw")) {
        other.setLength(10_000);
      }
      byte[] target = new byte[8192];
      file.copy(file.segment(), 0, target, target.length);
      assertThat(target).isEqualTo(Arrays.copyOf(content, target.length));
      assertThatThrownBy(() -> file.copy(file.segment(), 5_000, target, target.length))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(path.toString())
          .hasMessageContaining("was changed");
    }
  }

  @Test
  void memoryOfSomebodyElseIsCopiedAsItIs() {
    byte[] other = new byte[8192];
    new Random(6).nextBytes(other);
    byte[] target = new byte[other.length];
    try (MappedFile file = MappedFile.open(path)) {
      file.copy(MemorySegment.ofArray(other), 0, target, target.length);
    }
    assertThat(target).isEqualTo(other);
  }

  private void checkCopies(MappedFile file) {
    MemorySegment part = file.segment().asSlice(17, SIZE - 17);
    for (int count : COUNTS) {
      byte[] target = new byte[count + 1];
      file.copy(part, 5, target, count);
      assertThat(Arrays.copyOf(target, count))
          .isEqualTo(Arrays.copyOfRange(content, 22, 22 + count));
      assertThat(target[count]).isZero();
    }
  }
}
