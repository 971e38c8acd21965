package io.octavo.study;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.layer.LinearFormat;
import io.octavo.quantize.LlmInt8;
import io.octavo.testing.TestData;
import io.octavo.testing.ZooModel;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of int8 schemes against {@code int8-table.json}, row by row. */
class DecoderInt8Test {
  private static final double DELTA = 0.002;
  private static final double SHARE = 0.1;

  @ParameterizedTest
  @ValueSource(strings = {"gpt2-outliers", "llama-outliers"})
  void rowsAreTheReferences(String name) {
    ZooModel zoo = ZooModel.of(name);
    JsonNode rows =
        ZooModel.json(TestData.file("models/zoo/int8-table.json")).get("models").get(name);
    double reference = rows.get("float").get("nll").asDouble();
    for (Map.Entry<String, LlmInt8> entry : DecoderInt8.options().entrySet()) {
      double expected = rows.get(entry.getKey()).get("delta").asDouble();
      double delta = DecoderInt8.nll(zoo, LinearFormat.int8(entry.getValue())) - reference;
      assertThat(delta)
          .as(entry.getKey())
          .isCloseTo(expected, Offset.offset(Math.max(DELTA, SHARE * Math.abs(expected))));
    }
    double defaults = DecoderInt8.nll(zoo, LinearFormat.int8(LlmInt8.defaults()));
    assertThat(defaults).isCloseTo(reference, Offset.offset(0.002 * reference));
  }
}
