package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.chat.ChatMessage;
import io.octavo.error.InvalidInputException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.generate.GeneratedToken;
import io.octavo.generate.Generation;
import io.octavo.generate.GenerationOptions;
import io.octavo.generate.GenerationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations with a small random model whose tokens are letters. */
@Tag("core")
class LanguageModelChatTest {
  private static final Path FILES = Path.of("src/test/resources/decoders/llama3");
  private static final GenerationOptions FOUR = GenerationOptions.defaults().withMaxTokens(4);
  private static final List<ChatMessage> CONVERSATION =
      List.of(ChatMessage.user("ab"), ChatMessage.assistant("c"), ChatMessage.user("d"));

  /** User, a, b, assistant, c, user, d, and the assistant's turn. */
  private static final int[] PROMPT = {26, 0, 1, 27, 2, 26, 3, 27};

  private static final String TEMPLATE =
      "{% for message in messages %}{% if message['role'] == 'user' %}<u>{% else %}<a>{% endif %}"
          + "{{ message['content'] }}{% endfor %}{% if add_generation_prompt %}<a>{% endif %}";

  private final Path folder;

  LanguageModelChatTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void copyModel() throws IOException {
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(FILES.resolve(file), folder.resolve(file));
    }
    String letters =
        IntStream.range(0, 26)
            .mapToObj(i -> "\"%c\":%d".formatted('a' + i, i))
            .collect(Collectors.joining(","));
    String added =
        """
        {"id":%d,"content":"%s","single_word":false,"lstrip":false,"rstrip":false,\
        "normalized":false,"special":true}""";
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version":"1.0","truncation":null,"padding":null,"added_tokens":[%s,%s],
         "normalizer":null,"pre_tokenizer":null,"post_processor":null,"decoder":{"type":"Fuse"},
         "model":{"type":"BPE","unk_token":null,"vocab":{%s},"merges":[]}}"""
            .formatted(added.formatted(26, "<u>"), added.formatted(27, "<a>"), letters));
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\\\"") + '"';
  }

  private void assertAnswersThePrompt() {
    try (LanguageModel model = LanguageModel.load(folder)) {
      StringBuilder streamed = new StringBuilder();
      GenerationResult answer = model.chat(CONVERSATION, FOUR, streamed::append);
      GenerationResult expected = model.generator().generate(PROMPT, FOUR, token -> {});
      assertThat(answer.promptTokens()).isEqualTo(PROMPT.length);
      assertThat(answer.ids()).isEqualTo(expected.ids()).isNotEmpty();
      assertThat(streamed).hasToString(answer.text());
      assertThat(model.chat(CONVERSATION, FOUR).ids()).isEqualTo(answer.ids());
    }
  }

  @Test
  void theSettingsHaveTheTemplate() throws IOException {
    write("tokenizer_config.json", "{\"chat_template\": " + quoted(TEMPLATE) + "}");
    assertAnswersThePrompt();
  }

  @Test
  void aFileOfItsOwnIsStronger() throws IOException {
    write("tokenizer_config.json", "{\"chat_template\": \"never\"}");
    write("chat_template.jinja", TEMPLATE);
    assertAnswersThePrompt();
  }

  @Test
  void withoutATemplateThereIsNoConversation() {
    try (LanguageModel model = LanguageModel.load(folder)) {
      assertThat(model.chatTemplate()).isEmpty();
      assertThatThrownBy(() -> model.chat(CONVERSATION, FOUR, token -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no chat template");
      assertThat(model.generate("ab", FOUR).promptTokens()).isEqualTo(2);
    }
  }

  @Test
  void aTextGoesOnAsItsTokensAreAskedFor() {
    try (LanguageModel model = LanguageModel.load(folder);
        Generation generation = model.start("ab", FOUR)) {
      GenerationResult expected = model.generate("ab", FOUR);
      assertThat(generation.next().id()).isEqualTo(expected.ids()[0]);
      assertThat(generation.stream().map(GeneratedToken::id).toList())
          .isEqualTo(Arrays.stream(expected.ids()).skip(1).boxed().toList());
      assertThat(generation.result().text()).isEqualTo(expected.text());
    }
  }

  @Test
  void aTemplateThatIsNotServedOnlyMattersWhereItIsUsed() throws IOException {
    write("chat_template.jinja", "{% include 'other' %}");
    try (LanguageModel model = LanguageModel.load(folder)) {
      assertThat(model.generate("ab", FOUR).promptTokens()).isEqualTo(2);
      assertThatThrownBy(() -> model.chat(CONVERSATION, FOUR, token -> {}))
          .isInstanceOf(UnsupportedModelException.class)
          .hasMessageContaining("chat_template.jinja")
          .hasMessageContaining("include");
    }
  }

  @Test
  void aTemplateMayRefuseAConversation() throws IOException {
    write("chat_template.jinja", "{{ raise_exception('system first') }}");
    try (LanguageModel model = LanguageModel.load(folder)) {
      assertThatThrownBy(() -> model.chat(CONVERSATION, FOUR, token -> {}))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("system first");
    }
  }
}
