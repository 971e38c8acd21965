package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("core")
class CanonicalFormTest {
  private static final int[] MARKS = {
    0x301, 0x316, 0x327, 0x334, 0x345, 0x344, 0x340, 0x5b0, 0x5b7, 0x64b, 0x651, 0x94d, 0xf71,
    0xf72, 0xf73, 0xf75, 0xf81, 0x1ab0, 0x20d0, 0x302e, 0x302f, 0x3099, 0xff9e, 0xff9f, 0x1d165,
    0x1d16d, 0x20dd, 0x903
  };

  @ParameterizedTest
  @EnumSource
  void givesWhatTheJdkGives(Form form) {
    Random random = new Random(7);
    for (int i = 0; i < 50; i++) {
      StringBuilder text = new StringBuilder();
      for (int part = 0; part < 5; part++) {
        text.append("ae가\u1100か".charAt(random.nextInt(5)));
        int length = random.nextInt(200);
        for (int mark = 0; mark < length; mark++) {
          text.appendCodePoint(MARKS[random.nextInt(MARKS.length)]);
        }
      }
      assertThat(CanonicalForm.normalize(text.toString(), form))
          .isEqualTo(Normalizer.normalize(text, form));
    }
  }

  @ParameterizedTest
  @EnumSource
  void takesNoLongerForMarksInDescendingOrder(Form form) {
    String marks = "\u0345".repeat(200_000) + "\uff9e".repeat(200_000) + "\u0f73".repeat(200_000);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertThat(CanonicalForm.normalize(marks + marks, form)).isNotEmpty());
  }
}
