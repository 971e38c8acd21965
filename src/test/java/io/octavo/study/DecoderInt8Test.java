package io.octavo.study;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.layer.Int8Linear;
import io.octavo.layer.LinearFormat;
import io.octavo.model.NamedLinear;
import io.octavo.quantize.LlmInt8;
import io.octavo.quantize.OutlierScope;
import io.octavo.tensor.DType;
import io.octavo.testing.LoadedDecoder;
import io.octavo.testing.TestData;
import io.octavo.testing.ZooModel;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
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

  /** In the paper's scope 59 % of the columns of the last contraction leave in a window. */
  @Test
  void naturalOutliersAreFewPerTokenAndTooManyPerWindow() {
    ZooModel zoo = ZooModel.of("llama-rms");
    LlmInt8 perWindow = LlmInt8.defaults().withScope(OutlierScope.BATCH);
    assertThat(weightOnly(zoo, LlmInt8.defaults())).isZero();
    assertThat(weightOnly(zoo, perWindow)).isPositive();
  }

  /** Tokens that the last contraction took to weight-only int8, in a few windows. */
  private static long weightOnly(ZooModel zoo, LlmInt8 options) {
    try (LoadedDecoder model = LoadedDecoder.in(zoo.folder(), LinearFormat.int8(options))) {
      model.nll(zoo.validation(), 4, ZooModel.WINDOW, DType.F32);
      NamedLinear last = model.decoder().linears().getLast();
      return ((Int8Linear) last.linear()).census().snapshot().weightOnlyRows();
    }
  }
}
