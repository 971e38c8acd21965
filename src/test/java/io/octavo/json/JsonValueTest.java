package io.octavo.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Settings that were never written are what they would be, had they been written and read. */
@Tag("core")
class JsonValueTest {
  @Test
  void whatIsMadeIsWhatWouldBeReadBack() {
    Random random = new Random(11);
    for (int i = 0; i < 200; i++) {
      Map<String, @Nullable Object> fields = object(random, 3);
      byte[] written = JsonOutput.bytes(fields);
      JsonValue read = JsonDocument.object("settings", new ByteArrayInputStream(written));
      JsonValue made = JsonValue.of("settings", fields);
      assertThat(made).isEqualTo(read);
      assertThat(JsonValue.of("settings", read)).isEqualTo(read);
    }
  }

  @Test
  void whatIsNoJsonIsRefused() {
    assertThatThrownBy(() -> JsonValue.of("settings", Map.of("field", 'x')))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Character");
  }

  private static Map<String, @Nullable Object> object(Random random, int depth) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      fields.put("field " + random.nextInt(100), value(random, depth));
    }
    return fields;
  }

  private static @Nullable Object value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 7)) {
      case 0 -> null;
      case 1 -> "text \u00e9\n" + random.nextInt();
      case 2 -> random.nextBoolean();
      case 3 -> random.nextInt();
      case 4 -> random.nextLong();
      case 5 -> (long) random.nextInt();
      case 6 -> random.nextGaussian();
      case 7 -> object(random, depth - 1);
      default -> {
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          elements.add(value(random, depth - 1));
        }
        yield elements;
      }
    };
  }
}
