package io.octavo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.error.OctavoException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.tensor.DType;
import io.octavo.tensor.StoredMatrix;
import io.octavo.testing.TinySafetensors;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a safetensors file and an index are read as, and what is refused of them. */
class SafetensorsTest {
  private static final String NAME = "weights/model.safetensors";

  private final Path folder;

  SafetensorsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static SafetensorsCheckpoint open(byte[] bytes) {
    return SafetensorsCheckpoint.open(ModelSource.ofBytes("m", Map.of(NAME, bytes)), NAME);
  }

  @Test
  void tensorsAreReadWhereTheyAre() {
    byte[] bytes =
        TinySafetensors.file()
            .field("\"__metadata__\":{\"format\":\"pt\",\"q\":\"\\u00e9\"}")
            .tensor("odd", "U8", "[]", new byte[] {(byte) 200})
            .floats("a", "[2,3]", 1, 2, 3, 4, 5, -6)
            .tensor("half", "F16", "[1]", new byte[] {0, 0x3C})
            .tensor("brain", "BF16", "[1]", new byte[] {(byte) 0x80, 0x3F})
            .tensor("codes", "I8", "[3]", new byte[] {1, -2, 127})
            .tensor("empty", "F32", "[0,5]", new byte[0])
            .tensor("ids", "I64", "[1]", new byte[8])
            .bytes();
    try (SafetensorsCheckpoint checkpoint = open(bytes)) {
      assertThat(checkpoint.names())
          .containsExactly("odd", "a", "half", "brain", "codes", "empty", "ids");
      assertThat(checkpoint.metadata()).isEqualTo(Map.of("format", "pt", "q", "é"));
      assertThat(checkpoint.source()).isEqualTo("m/" + NAME);
      CheckpointTensor a = checkpoint.tensor("a");
      assertThat(a.shape()).containsExactly(2L, 3L);
      assertThat(a.type()).isEqualTo(DType.F32);
      int begin = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("}}") + 2 + 1;
      assertThat(a.place()).isEqualTo("tensor a at byte offset " + begin);
      float[] row = new float[3];
      StoredMatrix.byRows(a.data(), a.type(), 2, 3).readRow(1, row, 0);
      assertThat(row).containsExactly(4, 5, -6);
      for (String one : List.of("half", "brain")) {
        CheckpointTensor tensor = checkpoint.tensor(one);
        StoredMatrix.byRows(tensor.data(), tensor.type(), 1, 1).readRow(0, row, 0);
        assertThat(row[0]).isEqualTo(1f);
      }
      assertThat(checkpoint.tensor("codes").data().toArray(ValueLayout.JAVA_BYTE))
          .containsExactly(1, -2, 127);
      assertThat(checkpoint.tensor("empty").data().byteSize()).isZero();
      assertThat(checkpoint.unsignedByte("odd")).isEqualTo(200);
      assertThatThrownBy(() -> checkpoint.unsignedByte("codes"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContainingAll("tensor codes", "one number of type U8", "[3] of I8");
      assertThatThrownBy(() -> checkpoint.tensor("ids"))
          .isInstanceOf(UnsupportedModelException.class)
          .hasMessageContainingAll("m/" + NAME, "tensor ids at byte offset", "type I64");
      assertThatThrownBy(() -> checkpoint.tensor("b"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("no tensor b");
    }
  }

  @Test
  void orderInTheHeaderIsNotThatOfTheBuffer() {
    String second = "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}";
    String first = "\"a\":{\"data_offsets\":[0,4],\"shape\":[1],\"dtype\":\"F32\"}";
    byte[] bytes =
        TinySafetensors.bytes("{" + second + "," + first + "}   ", TinySafetensors.bytes(1f, 2f));
    try (SafetensorsCheckpoint checkpoint = open(bytes)) {
      assertThat(checkpoint.names()).containsExactly("a", "b");
      assertThat(checkpoint.tensor("b").data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0))
          .isEqualTo(2f);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}        | tensor a): has the data_offsets [0, 4]; [2] of F32 needs 8
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}        | has the data_offsets [4, 0]
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}      | more than 2 numbers
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}          | should have a dtype, a shape and two
          {"a":{"dtype":"F32","shape":[1]}}                             | should have a dtype, a shape and two
          {"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}       | whole numbers from 0
          {"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}      | whole numbers from 0
          {"a":{"dtype":"F32","shape":[18446744073709551617],"data_offsets":[0,4]}} | whole numbers from 0
          {"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}} | overflows
          {"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}      | whole numbers from 0
          {"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}          | shape that is no array
          {"a":{"dtype":"FP32","shape":[1],"data_offsets":[0,4]}}       | unknown dtype FP32
          {"a":{"dtype":4,"shape":[1],"data_offsets":[0,4]}}            | dtype that is no string
          {"a":{"dtype":"F4","shape":[3],"data_offsets":[0,4]}}         | no whole bytes
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":0}}  | unknown field x
          {"a":{"dtype":"F32","dtype":"F32","data_offsets":[0,4]}}      | two fields dtype
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}        | begins at byte 4 of the buffer, but the tensors before it end at 0
          {"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}, "b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}} | tensor b): begins at byte 2 of the buffer, but the tensors before it end at 3
          {"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}, "a":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}} | tensor a): stands in the header twice
          {"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}         | take 3 bytes, but 4 follow
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}        | take 8 bytes, but 4 follow the header: the file is cut short
          {"__metadata__":{"a":1}}                                      | __metadata__.a): should be a string
          {"__metadata__":{"a":"1","a":"2"}}                            | twice
          {"__metadata__":{},"__metadata__":{}}                         | twice
          {"__metadata__":3}                                            | should be an object
          {"a":3}                                                       | described by an object
          {"a":                                                         | not sound JSON
          {} {}                                                         | goes on after
          []                                                            | no JSON object
          ` {}`                                                         | no JSON object
          """)
  void headersThatLieAreRefused(String header, String words) {
    byte[] bytes = TinySafetensors.bytes(header, new byte[4]);
    assertThatThrownBy(() -> open(bytes))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("m/" + NAME)
        .hasMessageContaining(words);
  }

  @Test
  void lengthsThatLieAreRefused() {
    byte[] sound = TinySafetensors.file().floats("a", "[1]", 1).bytes();
    for (long length : new long[] {sound.length - 7, Long.MAX_VALUE, -1, Long.MIN_VALUE, 0}) {
      byte[] bytes = sound.clone();
      ByteBuffer.wrap(bytes).putLong(Long.reverseBytes(length));
      assertThatThrownBy(() -> open(bytes))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("no safetensors file");
    }
    for (int length = 1; length < sound.length; length++) {
      byte[] part = Arrays.copyOf(sound, length);
      assertThatThrownBy(() -> open(part)).isInstanceOf(CheckpointException.class);
    }
    assertThatThrownBy(() -> open(new byte[0]))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("empty");
    assertThatThrownBy(() -> open("version https://git-lfs".getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no safetensors file");
  }

  @Test
  void shardsAreOneModel() throws IOException {
    writeShards("a", "b");
    try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(folder)) {
      // The index does not speak of c, which its shard holds.
      assertThat(checkpoint.names()).containsExactly("a", "b", "c");
      assertThat(checkpoint.files()).hasSize(2);
      for (String name : List.of("a", "b", "c")) {
        float value = checkpoint.tensor(name).data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0);
        assertThat(value).isEqualTo(name.charAt(0));
      }
    }
    try (SafetensorsCheckpoint one =
        SafetensorsCheckpoint.open(folder.resolve("model-2.safetensors"))) {
      assertThat(one.names()).containsExactly("b", "c");
    }
    Files.write(
        folder.resolve("model.safetensors"),
        TinySafetensors.file().floats("whole", "[1]", 1).bytes());
    try (SafetensorsCheckpoint whole = SafetensorsCheckpoint.open(folder)) {
      assertThat(whole.names()).containsExactly("whole");
    }
  }

  private void writeShards(String first, String second) throws IOException {
    Files.write(
        folder.resolve("model-1.safetensors"),
        TinySafetensors.file().floats(first, "[1]", first.charAt(0)).bytes());
    Files.write(
        folder.resolve("model-2.safetensors"),
        TinySafetensors.file()
            .floats(second, "[1]", second.charAt(0))
            .floats("c", "[1]", 'c')
            .bytes());
    index("{\"a\":\"model-1.safetensors\",\"b\":\"model-2.safetensors\"}");
  }

  private void index(String map) throws IOException {
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"metadata\":{\"total_size\":12},\"weight_map\":" + map + "}");
  }

  @Test
  void shardsThatContradictTheIndexAreRefused() throws IOException {
    writeShards("a", "a");
    refused("tensor a", "is in", "model-1.safetensors, too");
    writeShards("b", "a");
    refused("weight_map.a", "names model-1.safetensors, which holds no such tensor");
    Files.delete(folder.resolve("model-2.safetensors"));
    refused("names model-2.safetensors, which is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a":"../model-1.safetensors"}      | no file beside the index
          {"a":"x/model-1.safetensors"}       | no file beside the index
          {"a":"..\\\\model-1.safetensors"}   | no file beside the index
          {"a":"/etc/passwd"}                 | no file beside the index
          {"a":"C:model-1.safetensors"}       | no file beside the index
          {"a":"."}                           | no file beside the index
          {"a":".."}                          | no file beside the index
          {"a":""}                            | no file beside the index
          {"a":"x\\u0000"}                    | no file beside the index
          {"a":1}                             | should be a string
          {"a":"b","a":"b"}                   | twice
          {}                                  | names no tensor
          3                                   | should be an object
          """)
  void indexesThatLieAreRefused(String map, String words) throws IOException {
    index(map);
    refused("index.json", words);
  }

  @Test
  void foldersWithoutAModelAreRefused() {
    refused("neither model.safetensors nor model.safetensors.index.json");
  }

  private void refused(String... words) {
    assertThatThrownBy(() -> SafetensorsCheckpoint.open(folder))
        .isInstanceOf(OctavoException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContainingAll(words);
  }

  @Test
  void closedMemoryIsNotRead() throws IOException {
    writeShards("a", "b");
    SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(folder);
    CheckpointTensor tensor = checkpoint.tensor("b");
    checkpoint.check();
    checkpoint.close();
    assertThatThrownBy(() -> tensor.data().get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }
}
