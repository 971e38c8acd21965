package io.octavo.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class LlmInt8OptionsTest {
  @Test
  void zeroIsNoThreshold() {
    for (float threshold : new float[] {0f, -1f, Float.NaN}) {
      assertThatThrownBy(() -> LlmInt8.defaults().withThreshold(threshold))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("withoutDecomposition");
    }
    assertThat(LlmInt8.defaults().decomposes()).isTrue();
    assertThat(LlmInt8.defaults().threshold()).isEqualTo(6f);
    assertThat(LlmInt8.defaults().withoutDecomposition().decomposes()).isFalse();
  }

  @Test
  void limitIsAShare() {
    for (float limit : new float[] {0f, -0.1f, 1.1f, Float.NaN}) {
      assertThatThrownBy(() -> LlmInt8.defaults().withOutlierLimit(limit))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void referenceConstantsAreVectorWiseAbsmax() {
    LlmInt8 zeropoint = LlmInt8.defaults().withScheme(Int8Scheme.ZEROPOINT_VECTOR);
    assertThatThrownBy(() -> zeropoint.withScope(OutlierScope.REFERENCE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ABSMAX_VECTOR");
  }
}
