package io.octavo.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {
  /** Small ones, large ones side by side, and one larger than what is taken together. */
  private static final long[] SIZES = {
    1, 100, 300_000, 256 << 10, (256 << 10) + 1, 3 << 20, 70 << 20, 5 << 20
  };

  @Test
  void piecesAreZeroAndAlignedAndApart() {
    try (NativeMemory memory = new NativeMemory()) {
      List<MemorySegment> pieces = new ArrayList<>();
      long sum = 0;
      for (long size : SIZES) {
        MemorySegment piece = memory.allocate(size);
        assertThat(piece.byteSize()).isEqualTo(size);
        assertThat(piece.address() % NativeMemory.ALIGNMENT).isZero();
        assertThat(piece.asSlice(0, size).mismatch(MemorySegment.ofArray(new byte[(int) size])))
            .isEqualTo(-1);
        piece.fill((byte) (pieces.size() + 1));
        pieces.add(piece);
        sum += size;
      }
      for (int i = 0; i < pieces.size(); i++) {
        byte[] bytes = pieces.get(i).toArray(ValueLayout.JAVA_BYTE);
        for (byte value : new byte[] {bytes[0], bytes[bytes.length / 2], bytes[bytes.length - 1]}) {
          assertThat(value).isEqualTo((byte) (i + 1));
        }
      }
      assertThat(memory.allocatedBytes()).isEqualTo(sum);
    }
  }

  @Test
  void closingTakesThePiecesAway() {
    NativeMemory memory = new NativeMemory();
    MemorySegment small = memory.allocate(8);
    MemorySegment large = memory.allocate(8 << 20);
    memory.close();
    assertThatThrownBy(() -> small.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> large.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closingGivesThePagesBack() throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "the size of a process is Linux's");
    long before = residentMegabytes();
    try (NativeMemory memory = new NativeMemory()) {
      memory.allocate(200 << 20).fill((byte) 1);
      assertThat(residentMegabytes()).isGreaterThan(before + 150);
    }
    assertThat(residentMegabytes()).isLessThan(before + 50);
  }

  private static long residentMegabytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("RssAnon"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
        .findAny()
        .orElseThrow();
  }
}
