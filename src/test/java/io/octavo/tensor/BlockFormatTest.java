package io.octavo.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.testing.Fixtures;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** GGUF's blocks against what ggml makes of them, to the bit, however they are read. */
class BlockFormatTest {
  static Stream<JsonNode> formats() {
    return StreamSupport.stream(
        Fixtures.read("gguf-blocks.json").get("formats").spliterator(), false);
  }

  @Test
  void everyFormatHasItsReference() {
    assertThat(formats().map(json -> BlockFormat.valueOf(json.get("format").asText())))
        .containsExactlyInAnyOrder(BlockFormat.values());
  }

  @ParameterizedTest
  @MethodSource("formats")
  void blocksAreReadToTheBit(JsonNode json) {
    BlockFormat format = BlockFormat.valueOf(json.get("format").asText());
    byte[] bytes = HexFormat.of().parseHex(json.get("hex").asText());
    assertThat(format.numbers()).isEqualTo(json.get("values_per_block").intValue());
    assertThat(format.bytes()).isEqualTo(json.get("bytes_per_block").intValue());
    float[] read = new float[json.get("blocks").intValue() * format.numbers()];
    for (int block = 0; block < json.get("blocks").intValue(); block++) {
      format.decode(bytes, block * format.bytes(), read, block * format.numbers());
    }
    assertBits(read, Fixtures.floats(json.get("expected")));
  }

  /** Two rows of as many blocks as there are pairs. */
  @ParameterizedTest
  @MethodSource("formats")
  void matricesAreReadByRowsColumnsAndPanels(JsonNode json) {
    BlockFormat format = BlockFormat.valueOf(json.get("format").asText());
    int columns = json.get("blocks").intValue() / 2 * format.numbers();
    byte[] bytes = HexFormat.of().parseHex(json.get("hex").asText());
    float[] expected = Fixtures.floats(json.get("expected"));
    BlockMatrix matrix =
        BlockMatrix.of(
            MemorySegment.ofArray(bytes)
                .asSlice(0, 2L * columns / format.numbers() * format.bytes()),
            format,
            2,
            columns,
            SourceGuard.NONE);
    float[] rows = new float[2 * columns];
    matrix.readRow(0, rows, 0);
    matrix.readRow(1, rows, columns);
    assertBits(rows, Arrays.copyOf(expected, 2 * columns));
    float[] together = new float[2 * columns + 1];
    matrix.readRows(0, 2, together, 1);
    assertBits(Arrays.copyOfRange(together, 1, together.length), rows);
    float[] column = new float[2];
    for (int c = 0; c < columns; c++) {
      matrix.readColumn(c, column, 0);
      assertBits(column, new float[] {expected[c], expected[columns + c]});
    }
    assertThat(matrix.type()).isEqualTo(DType.F32);
  }

  @Test
  void rowsAreWholeBlocks() {
    MemorySegment blocks = MemorySegment.ofArray(new byte[18]);
    assertThatThrownBy(() -> BlockMatrix.of(blocks, BlockFormat.Q4_0, 2, 16, SourceGuard.NONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BlockMatrix.of(blocks, BlockFormat.Q4_0, 2, 32, SourceGuard.NONE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void orderedRowsAreThoseOfTheSource() {
    WeightMatrix source = StoredMatrix.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    WeightMatrix ordered = OrderedMatrix.of(source, row -> (row + 1) % 3);
    float[] row = new float[2];
    ordered.readRow(0, row, 0);
    assertThat(row).containsExactly(3, 4);
    float[] column = new float[3];
    ordered.readColumn(1, column, 0);
    assertThat(column).containsExactly(4, 6, 2);
    float[] together = new float[4];
    ordered.readRows(1, 2, together, 0);
    assertThat(together).containsExactly(5, 6, 1, 2);
  }

  private static void assertBits(float[] read, float[] expected) {
    assertThat(read).hasSameSizeAs(expected);
    for (int i = 0; i < read.length; i++) {
      assertThat(Float.floatToRawIntBits(read[i]))
          .as("number %d: %s", i, read[i])
          .isEqualTo(Float.floatToRawIntBits(expected[i]));
    }
  }
}
