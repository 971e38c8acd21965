package io.octavo.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopStringsTest {
  private static String random(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(2)));
    }
    return text.toString();
  }

  /** Character by character: the first end of a stop string, and the longest that ends there. */
  private static int start(String text, List<String> stops) {
    for (int end = 1; end <= text.length(); end++) {
      int start = -1;
      for (String stop : stops) {
        int at = end - stop.length();
        if (text.substring(0, end).endsWith(stop) && (start < 0 || at < start)) {
          start = at;
        }
      }
      if (start >= 0) {
        return start;
      }
    }
    return -1;
  }

  @Test
  void textEndsAtTheSamePlaceHoweverItIsCut() {
    Random random = new Random(8);
    for (int round = 0; round < 5000; round++) {
      List<String> stops = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        stops.add(random(random, 1 + random.nextInt(6)));
      }
      String text = random(random, random.nextInt(25));
      int start = start(text, stops);
      StopStrings matcher = new StopStrings(stops);
      StringBuilder passed = new StringBuilder();
      for (int at = 0; at < text.length() && !matcher.found(); ) {
        int end = Math.min(text.length(), at + random.nextInt(6));
        passed.append(matcher.append(text.substring(at, end)));
        assertThat(text).startsWith(passed);
        if (start >= 0) {
          assertThat(passed.length()).isLessThanOrEqualTo(start);
        }
        at = end;
      }
      assertThat(matcher.found()).isEqualTo(start >= 0);
      passed.append(matcher.finish());
      assertThat(passed.toString()).isEqualTo(start >= 0 ? text.substring(0, start) : text);
    }
  }

  @Test
  void onlyWhatCanBeABeginningIsHeldBack() {
    StopStrings matcher = new StopStrings(List.of("\nUser:"));
    assertThat(matcher.append("Hello")).isEqualTo("Hello");
    assertThat(matcher.append("!\nUs")).isEqualTo("!");
    assertThat(matcher.append("ual")).isEqualTo("\nUsual");
    assertThat(matcher.append("\n\nUser: x")).isEqualTo("\n");
    assertThat(matcher.found()).isTrue();
    assertThat(matcher.finish()).isEmpty();
  }

  @Test
  void whatNoTextHoldsIsRefused() {
    GenerationOptions options = GenerationOptions.defaults();
    assertThatThrownBy(() -> options.withStopStrings(List.of("")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withStopStrings(List.of("a\ud800")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("surrogate");
    assertThat(options.withStopStrings(List.of("\ud83d\ude00")).stopStrings()).hasSize(1);
  }
}
