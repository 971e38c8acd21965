package io.octavo.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.error.OctavoException;
import io.octavo.testing.Fixtures;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What Jinja2 made of the same templates, in {@code chat-templates.json}; {@code
 * src/test/python/chat_templates.py} wrote it.
 */
class ChatTemplateFixturesTest {
  private static final Map<String, String> TOKENS = Map.of("bos_token", "<s>", "eos_token", "</s>");

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-09T15:04:05Z"), ZoneOffset.UTC);

  private static String render(JsonNode each) {
    ChatTemplate template =
        ChatTemplate.of("tokenizer_config.json", each.path("template").textValue(), TOKENS)
            .withClock(CLOCK);
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode message : each.path("messages")) {
      messages.add(
          ChatMessage.of(message.path("role").textValue(), message.path("content").textValue()));
    }
    return each.path("prompt").booleanValue()
        ? template.prompt(messages)
        : template.transcript(messages);
  }

  @Test
  void everyTemplateRendersAsByJinja2OrFailsAsThere() {
    int rendered = 0;
    int failed = 0;
    for (JsonNode each : Fixtures.read("chat-templates.json").path("cases")) {
      String name = each.path("name").textValue();
      if (each.has("text")) {
        assertThat(render(each)).as(name).isEqualTo(each.path("text").textValue());
        rendered++;
      } else {
        assertThatThrownBy(() -> render(each))
            .as(name)
            .isInstanceOf(OctavoException.class)
            .hasMessageContaining("tokenizer_config.json");
        failed++;
      }
    }
    assertThat(rendered).isGreaterThan(200);
    assertThat(failed).isGreaterThan(40);
  }
}
