package io.octavo.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.LanguageModel;
import io.octavo.ModelReport;
import io.octavo.generate.TokenSequenceState;
import io.octavo.layer.Int8Linear;
import io.octavo.layer.LinearFormat;
import io.octavo.load.LoadOptions;
import io.octavo.quantize.LlmInt8;
import io.octavo.quantize.OutlierCensus;
import io.octavo.quantize.OutlierScope;
import io.octavo.tensor.DType;
import io.octavo.testing.LoadedDecoder;
import io.octavo.testing.ZooModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * A trained model with a gate, whose products behind it have outliers of their own making: few in
 * each token, and together in more than half of the last layer's columns.
 */
class NaturalOutliersTest {
  private static final int LAST = 3;

  /** Part of the likelihood. */
  private static final double COST = 0.001;

  private final ZooModel zoo = ZooModel.of("llama-rms");
  private final double reference = zoo.reference().get("validation_nll").asDouble();

  /** What the contractions have met, layer by layer. */
  private static List<OutlierCensus.Snapshot> contractions(LoadedDecoder model) {
    List<OutlierCensus.Snapshot> found = new ArrayList<>();
    for (NamedLinear named : model.decoder().linears()) {
      OutlierCensus.Snapshot counts = ((Int8Linear) named.linear()).census().snapshot();
      if (named.name().endsWith("contraction")) {
        found.add(counts);
      } else {
        // The outliers are behind the gate alone.
        assertThat(counts.weightOnlyRows()).as(named.name()).isZero();
      }
    }
    return found;
  }

  private double nll(LoadedDecoder model) {
    return model.nll(zoo.validation(), ZooModel.WINDOWS, ZooModel.WINDOW, DType.F32);
  }

  @Test
  void tokensKeepTheirDecomposition() {
    try (LoadedDecoder model =
        LoadedDecoder.in(zoo.folder(), LinearFormat.int8(LlmInt8.defaults()))) {
      model.append(model.open(), Arrays.copyOf(zoo.validation(), ZooModel.WINDOW));
      OutlierCensus.Snapshot window = contractions(model).get(LAST);
      assertThat(window.columns().length).isGreaterThan(window.byColumn().length / 2);
      assertThat(nll(model)).isCloseTo(reference, Offset.offset(COST * reference));
      for (OutlierCensus.Snapshot counts : contractions(model)) {
        assertThat(counts.share()).isBetween(0.001, 0.015);
        assertThat(counts.weightOnlyRows()).isZero();
      }
    }
  }

  @Test
  void windowsOfTooManyColumnsGiveWayToTheCodesAlone() {
    LlmInt8 columns = LlmInt8.defaults().withScope(OutlierScope.BATCH);
    try (LoadedDecoder model = LoadedDecoder.in(zoo.folder(), LinearFormat.int8(columns))) {
      assertThat(nll(model)).isCloseTo(reference, Offset.offset(COST * reference));
      List<OutlierCensus.Snapshot> found = contractions(model);
      assertThat(found.get(0).weightOnlyRows()).isZero();
      assertThat(found.get(1).weightOnlyRows()).isZero();
      // Whole windows, some of them.
      assertThat(found.get(2).weightOnlyRows() % ZooModel.WINDOW).isZero();
      assertThat(found.get(2).weightOnlyRows()).isPositive().isLessThan(found.get(2).rows());
      assertThat(found.get(LAST).weightOnlyRows()).isEqualTo(found.get(LAST).rows());
    }
    LlmInt8 unlimited = columns.withOutlierLimit(1f);
    try (LoadedDecoder model = LoadedDecoder.in(zoo.folder(), LinearFormat.int8(unlimited))) {
      assertThat(nll(model)).isCloseTo(reference, Offset.offset(COST * reference));
      assertThat(contractions(model)).noneMatch(counts -> counts.weightOnlyRows() > 0);
    }
  }

  @Test
  void theReportSaysWhereTheyGaveWay() {
    LoadOptions options =
        LoadOptions.defaults().withQuantization(LlmInt8.defaults().withScope(OutlierScope.BATCH));
    try (LanguageModel model = LanguageModel.load(zoo.folder(), options);
        TokenSequenceState sequence = model.tokens().open()) {
      sequence.append(Arrays.copyOf(zoo.validation(), ZooModel.WINDOW));
      ModelReport.LayerOutliers last = model.report().outliers().getLast();
      assertThat(last.layer()).isEqualTo("layer 3 FFN contraction");
      assertThat(last.counts().weightOnlyRows()).isEqualTo(ZooModel.WINDOW);
      assertThat(last.counts().columns().length).isGreaterThan(last.counts().byColumn().length / 2);
    }
  }
}
