package io.octavo.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.error.InvalidInputException;
import io.octavo.error.OctavoException;
import io.octavo.error.UnsupportedModelException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {
  private static final List<ChatMessage> HELLO = List.of(ChatMessage.user("Hello"));

  private static ChatTemplate template(String source) {
    return ChatTemplate.of("model.gguf", source, Map.of("bos_token", "<s>"));
  }

  private static ChatTemplates read(String json) {
    return ChatTemplates.read(
        "tokenizer_config.json", new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aConfigurationHasOneTemplateOrSeveral() {
    ChatTemplates one =
        read(
            """
            {"bos_token": {"content": "<s>", "lstrip": false}, "eos_token": "</s>",
             "pad_token": null, "add_bos_token": true, "model_max_length": 1e30,
             "chat_template": "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ pad_token }}"}
            """);
    assertThat(one.specialTokens()).isEqualTo(Map.of("bos_token", "<s>", "eos_token", "</s>"));
    assertThat(one.conversation().orElseThrow().prompt(HELLO)).isEqualTo("<s>Hello</s>");
    ChatTemplates several =
        read(
            """
            {"chat_template": [{"name": "default", "template": "a{{ 1 }}"},
                               {"name": "tool_use", "template": "b"}]}
            """);
    assertThat(several.byName()).containsOnlyKeys("default", "tool_use");
    assertThat(several.conversation().orElseThrow().prompt(HELLO)).isEqualTo("a1");
    assertThat(read("{}").conversation()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"chat_template\": 5}",
        "{\"chat_template\": [5]}",
        "{\"chat_template\": [{\"name\": \"x\"}]}",
        "{\"chat_template\": \"{{\"}",
        "{\"bos_token\": 5}",
        "{\"bos_token\": {}}",
        "{\"chat_template\": \"{% if \u2028"
      })
  void damagedConfigurationsAreRefused(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tokenizer_config.json");
  }

  @Test
  void messagesCarryFieldsAndTemplatesVariables() {
    ChatTemplate template =
        template(
            "{% for m in messages %}{{ m.role }}:{{ m.content }}:{{ m.calls | tojson }}{% endfor %}"
                + "{{ 'thinks' if enable_thinking }}{{ count + 1 }}{{ share }}");
    ChatMessage message =
        new ChatMessage(
            "assistant", "", Map.of("calls", List.of(Map.of("name", "f"), 1, 2.5f, true)));
    assertThat(
            template
                .withVariable("enable_thinking", true)
                .withVariable("count", 2)
                .withVariable("share", 0.5)
                .transcript(List.of(message)))
        .isEqualTo("assistant::[{\"name\": \"f\"}, 1, 2.5, true]thinks30.5");
    assertThatThrownBy(() -> template.withVariable("x", new Object()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> template.withVariable("x", Map.of(1, 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theDateIsWhatTheClockSays() {
    ChatTemplate template =
        template(
            "{% if strftime_now is defined %}{{ strftime_now('%d %b %Y') }}{% else %}never{% endif %}");
    assertThat(template.prompt(HELLO)).isEqualTo("never");
    Clock clock = Clock.fixed(Instant.parse("2026-07-04T10:00:00Z"), ZoneOffset.UTC);
    assertThat(template.withClock(clock).prompt(HELLO)).isEqualTo("04 Jul 2026");
    assertThatThrownBy(() -> template("{{ strftime_now('%Q') }}").withClock(clock).prompt(HELLO))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("%Q");
  }

  @Test
  void errorsSayWhatWhereAndWhose() {
    assertThatThrownBy(
            () -> template("a\n{{ raise_exception('Roles must alternate') }}").prompt(HELLO))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("model.gguf")
        .hasMessageContaining("line 2")
        .hasMessageContaining("Roles must alternate");
    assertThatThrownBy(() -> template("a\n\n{{ messages[0].nothing.more }}").prompt(HELLO))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("line 3")
        .hasMessageContaining("'nothing' is undefined");
    assertThatThrownBy(() -> template("{% include 'x' %}"))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("'include'");
    assertThatThrownBy(() -> template("{{ 1 | wordwrap }}").prompt(HELLO))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("'wordwrap'");
    assertThatThrownBy(() -> template("{{ f(*args) }}"))
        .isInstanceOf(UnsupportedModelException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(10 ** 15) %}{% endfor %}",
        "{% for i in range(100000) %}{% for j in range(100000) %}x{% endfor %}{% endfor %}",
        "{{ 'x' * 10 ** 15 }}",
        "{{ 'xxxxxxxxxx' * 9223372036854775807 }}",
        "{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
        "{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
        "{% set ns = namespace(l=[]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
        "{% set ns = namespace(l=[]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l | tojson }}",
        "{% set ns = namespace(l=[], m=[]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% set ns.m = [ns.m, ns.m] %}{% endfor %}{{ ns.l == ns.m }}",
        "{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
        "{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l == [[ns.l]] }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{% for i in range(9) %}{{ f() }}{% endfor %}",
        "{% set a = 'a' * 100000 %}{{ a.replace('a', a) }}",
        "{% set a = 'a' * 500000 %}{% set b = 'a' * 250000 ~ 'b' %}{{ a in b }}{{ b in a }}{{ a.split(b) }}",
        "{% set a = 'a' * 100000 %}{{ a.replace('', a) }}",
        "{{ ['a' * 100000] * 2 }}",
        "{% set l = range(300000) | list %}{{ l | unique | length }}",
        "{% set a = ['a' * 300000, 'b'] %}{% for i in range(99) %}{{ a | join(a[0]) }}{% endfor %}",
        "{% for i in range(99999) %}{{ ('a b ' * 10000).split() }}{% endfor %}",
        "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}",
        "{{ 2 ** 64 }}",
        "{{ 9223372036854775807 + 1 }}",
        "{{ -9223372036854775807 - 2 }}",
        "{{ 99999999999999999999 }}",
        "{{ '' | indent(99999999999) ~ [1][2] ~ none.x }}{{ none.x.y }}",
        "{{ 'abc'[::0] }}",
        "{{ range(1, 2, 0) }}",
        "{{ 5 % 0 }}",
        "{{ 5 is divisibleby 0 }}",
        "{{ '\\U7fffffff' }}",
        "{{ '\\x4' }}",
        "{{ dict(5) }}",
        "{{ loop.cycle() }}{% for i in [1] %}{{ loop.cycle() }}{% endfor %}"
      })
  void whatLoopsGrowsOrFailsEndsInTheLibrarysException(String source) {
    long start = System.nanoTime();
    assertThatThrownBy(() -> template(source).prompt(HELLO)).isInstanceOf(OctavoException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void whatIsNestedTooDeepIsRefused() {
    for (String part :
        List.of("(", "[", "{'a':", "-", "not ", "1 if ", "1 + ", "a[", "a(", "1|d(")) {
      for (int count : new int[] {1000, 50_000}) {
        String source = "{{ " + part.repeat(count) + "1 }}";
        assertThatThrownBy(() -> template(source).prompt(HELLO))
            .as("%s times %s", part, count)
            .isInstanceOf(OctavoException.class);
      }
    }
    assertThatThrownBy(() -> template("{{ 1" + " + 1".repeat(5000) + " }}").prompt(HELLO))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("nested");
    assertThatThrownBy(() -> template("{{ a" + ".a".repeat(5000) + " }}").prompt(HELLO))
        .isInstanceOf(CheckpointException.class);
    assertThatThrownBy(
            () -> template("{% if 1 %}".repeat(5000) + "{% endif %}".repeat(5000)).prompt(HELLO))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("nested");
    String wide = "{% if 0 %}" + "{% elif 0 %}".repeat(5000) + "{% endif %}x";
    assertThat(template(wide).prompt(HELLO)).isEqualTo("x");
    assertThatThrownBy(() -> template("x".repeat(2_000_000)))
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void mutatedTemplatesRenderOrAreRefused() {
    String source =
        "{%- set ns = namespace(a=0) -%}{% for m in messages[::-1] if m.role != 'x' %}"
            + "{% if loop.first and m['content'] is string %}{{ bos_token + m.content | trim ~ '\\n' }}"
            + "{% elif not m.x %}{{ m.content.split('a')[-1].lstrip('b') | tojson(indent=2) }}"
            + "{% else %}{# c #}{% set ns.a = ns.a + 1 %}{% endif %}{%- endfor %}"
            + "{% macro f(a, b='c') %}{{ a }}{% endmacro %}{{ f(1, b=2)[0:1] }}{% raw %}{{{% endraw %}";
    assertThat(template(source).prompt(HELLO)).isEqualTo("<s>Hello\n1{{");
    Random random = new Random(6);
    String alphabet = "{}%#-+|~()[].,:='\"\\ \n0a_*/<>!";
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      StringBuilder changed = new StringBuilder(source);
      for (int i = random.nextInt(3); i >= 0; i--) {
        int at = random.nextInt(changed.length());
        switch (random.nextInt(3)) {
          case 0 -> changed.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
          case 1 -> changed.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
          default -> changed.delete(at, Math.min(changed.length(), at + random.nextInt(9)));
        }
      }
      try {
        template(changed.toString()).prompt(HELLO);
      } catch (OctavoException expected) {
        refused++;
      } catch (RuntimeException | StackOverflowError other) {
        Assertions.fail("Variant " + round + ": " + changed, other);
      }
    }
    assertThat(refused).isBetween(5_000, 19_900);
  }
}
