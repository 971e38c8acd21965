package io.octavo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is what is read, by the reader and by hand; nothing else is left. */
class SafetensorsWriterTest {
  private static final String ODD = "layer \"0\"\n\u00e9";

  private final Path folder;
  private final Path file;

  SafetensorsWriterTest(@TempDir Path folder) {
    this.folder = folder;
    this.file = folder.resolve("model.safetensors");
  }

  private static SafetensorsWriter writer() {
    return new SafetensorsWriter()
        .metadata("made", "here")
        .addUnsignedByte("a.weight_format", 0)
        .add("a.weight", DType.I8, List.of(3L, 1L), segment(1, -127, 5))
        .add("z", DType.F32, List.of(2L), segment(0, 0, 0x80, 0x3F, 0, 0, 0, 0x40))
        .add(ODD, DType.F16, List.of(), target -> target.write(new byte[] {0, 0x3C}))
        .add("b", DType.F32, List.of(0L, 7L), segment());
  }

  private static MemorySegment segment(int... bytes) {
    byte[] array = new byte[bytes.length];
    for (int i = 0; i < array.length; i++) {
      array[i] = (byte) bytes[i];
    }
    return MemorySegment.ofArray(array);
  }

  @Test
  void readsWhatItWrote() {
    writer().write(file);
    try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(file)) {
      assertThat(checkpoint.metadata()).isEqualTo(Map.of("format", "pt", "made", "here"));
      assertThat(checkpoint.names()).containsExactly("b", "z", ODD, "a.weight", "a.weight_format");
      assertThat(checkpoint.unsignedByte("a.weight_format")).isZero();
      assertThat(checkpoint.tensor(ODD).shape()).isEmpty();
      assertThat(checkpoint.tensor("b").shape()).containsExactly(0L, 7L);
      CheckpointTensor codes = checkpoint.tensor("a.weight");
      assertThat(codes.type()).isEqualTo(DType.I8);
      assertThat(codes.data().toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, -127, 5);
      assertThat(checkpoint.tensor("z").data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4))
          .isEqualTo(2f);
    }
  }

  /** The file by hand: the length, the text, and the bytes where the text says they are. */
  @Test
  void writesWhatTheFormatSays() throws IOException {
    writer().write(file);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(bytes.getLong());
    assertThat(length % 8).isZero();
    byte[] text = new byte[length];
    bytes.get(text);
    assertThat(new String(text, StandardCharsets.UTF_8).stripTrailing())
        .isEqualTo(
            """
            {"__metadata__":{"format":"pt","made":"here"},\
            "b":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]},\
            "z":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},\
            "layer \\"0\\"\\n\u00e9":{"dtype":"F16","shape":[],"data_offsets":[8,10]},\
            "a.weight":{"dtype":"I8","shape":[3,1],"data_offsets":[10,13]},\
            "a.weight_format":{"dtype":"U8","shape":[],"data_offsets":[13,14]}}""");
    assertThat(bytes.remaining()).isEqualTo(14);
    assertThat(bytes.getFloat()).isEqualTo(1f);
    assertThat(bytes.getFloat()).isEqualTo(2f);
    assertThat(bytes.getShort()).isEqualTo(Float.floatToFloat16(1f));
    assertThat(new byte[] {bytes.get(), bytes.get(), bytes.get(), bytes.get()})
        .containsExactly(1, -127, 5, 0);
  }

  @Test
  void whatFailsLeavesNothing() throws IOException {
    Files.writeString(file, "what was there before");
    for (SafetensorsWriter.Content content :
        List.<SafetensorsWriter.Content>of(
            target -> target.write(new byte[11]),
            target -> target.write(new byte[13]),
            target -> {
              throw new IOException("no numbers");
            },
            target -> {
              throw new AssertionError("out of order");
            })) {
      SafetensorsWriter writer = writer().add("c", DType.F32, List.of(3L), content);
      assertThatThrownBy(() -> writer.write(file))
          .isInstanceOfAny(
              IllegalStateException.class, CheckpointException.class, AssertionError.class);
      assertThat(file).hasContent("what was there before");
      assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }
    writer().write(file);
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    SafetensorsCheckpoint.open(file).close();
  }

  @Test
  void whereNothingCanBeWrittenItSaysSo() {
    Path absent = folder.resolve("absent").resolve("model.safetensors");
    assertThatThrownBy(() -> writer().write(absent))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(absent.toString(), "cannot be written");
    assertThatThrownBy(() -> writer().write(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("is a folder");
  }

  @Test
  void namesAreDifferentAndShapesArePossible() {
    assertThatThrownBy(() -> writer().addUnsignedByte("z", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer().addUnsignedByte("__metadata__", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer().addUnsignedByte("y", 256))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer().add("y", DType.F32, List.of(-1L), segment()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
