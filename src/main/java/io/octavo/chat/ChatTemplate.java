package io.octavo.chat;

import io.octavo.error.CheckpointException;
import io.octavo.error.InvalidInputException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.jinja.Callable;
import io.octavo.jinja.JinjaException;
import io.octavo.jinja.Template;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a conversation the text that a model was trained on. Templates are written in Jinja and
 * are rendered as the transformers library's {@code apply_chat_template} does, to the same text:
 * with {@code trim_blocks} and {@code lstrip_blocks}, without tools and documents.
 *
 * <p>A template comes with a model and can have been written by anybody: it reaches nothing but
 * what it is given, and ends within a bounded time and memory. Safe for any number of threads.
 */
public final class ChatTemplate {
  private final String file;
  private final Template template;
  private final Map<String, @Nullable Object> variables;

  private ChatTemplate(String file, Template template, Map<String, @Nullable Object> variables) {
    this.file = file;
    this.template = template;
    this.variables = variables;
  }

  /**
   * Reads a template.
   *
   * @param file where it is from, for messages
   * @param source the template
   * @param specialTokens tokens as they are written, by the names that templates have for them,
   *     such as {@code bos_token}
   * @throws CheckpointException if it is no sound template
   * @throws UnsupportedModelException if it uses a part of Jinja that is not served, by name
   */
  public static ChatTemplate of(String file, String source, Map<String, String> specialTokens) {
    Map<String, @Nullable Object> variables = new LinkedHashMap<>();
    variables.put("tools", null);
    variables.put("documents", null);
    variables.putAll(specialTokens);
    try {
      return new ChatTemplate(file, Template.of(source), variables);
    } catch (JinjaException exception) {
      throw translated(file, exception);
    }
  }

  /**
   * This template with a variable, such as {@code enable_thinking}.
   *
   * @param value a string, number, Boolean, or a list or map of these
   * @throws IllegalArgumentException if it is something else
   */
  public ChatTemplate withVariable(String name, Object value) {
    new TemplateInput().value(value);
    return with(name, value);
  }

  /**
   * This template with a clock. Without one, {@code strftime_now} is undefined, for which templates
   * have a date of their own, so that the same conversation is the same text every day.
   */
  public ChatTemplate withClock(Clock clock) {
    Callable now =
        (positional, named) -> {
          if (positional.size() == 1 && positional.getFirst() instanceof String format) {
            return TemplateClock.format(file, ZonedDateTime.now(clock), format);
          }
          throw new CheckpointException(file, "", "calls strftime_now without a format");
        };
    return with("strftime_now", now);
  }

  private ChatTemplate with(String name, Object value) {
    Map<String, @Nullable Object> more = new LinkedHashMap<>(variables);
    more.put(name, value);
    return new ChatTemplate(file, template, more);
  }

  /**
   * The conversation with the beginning of the model's answer, from which it goes on. It has the
   * special tokens that the model wants; a tokenizer must not add others.
   *
   * @throws InvalidInputException if the template refuses the conversation
   * @throws CheckpointException if the template fails, or does not end
   * @throws UnsupportedModelException if it uses what is not served, by name
   */
  public String prompt(List<ChatMessage> messages) {
    return render(messages, true);
  }

  /** The conversation alone; as {@link #prompt} otherwise. */
  public String transcript(List<ChatMessage> messages) {
    return render(messages, false);
  }

  private String render(List<ChatMessage> messages, boolean generationPrompt) {
    TemplateInput input = new TemplateInput();
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    variables.forEach(
        (name, value) -> all.put(name, value instanceof Callable ? value : input.value(value)));
    List<@Nullable Object> conversation = new ArrayList<>();
    messages.forEach(message -> conversation.add(input.message(message)));
    all.put("messages", conversation);
    all.put("add_generation_prompt", generationPrompt);
    try {
      return template.render(all, input.length());
    } catch (JinjaException exception) {
      throw translated(file, exception);
    }
  }

  private static RuntimeException translated(String file, JinjaException exception) {
    String place =
        exception.line() > 0 ? "chat template, line " + exception.line() : "chat template";
    String problem = String.valueOf(exception.getMessage());
    return switch (exception.kind()) {
      case DAMAGED -> new CheckpointException(file, place, problem, exception);
      case UNSUPPORTED -> new UnsupportedModelException(file, place + ": " + problem);
      case RAISED ->
          new InvalidInputException(
              file + " (" + place + "): the template refuses the conversation: " + problem);
    };
  }
}
