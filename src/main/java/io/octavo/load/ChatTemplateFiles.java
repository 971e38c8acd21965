package io.octavo.load;

import io.octavo.chat.ChatTemplate;
import io.octavo.chat.ChatTemplates;
import io.octavo.error.CheckpointException;
import io.octavo.text.Tokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The chat template among a model's files. It is kept as text and read when it is asked for, so
 * that one which cannot be served stands in the way of nothing else.
 */
public final class ChatTemplateFiles {
  /** A file that holds the template alone; stronger than the settings, as in transformers. */
  private static final String TEMPLATE = "chat_template.jinja";

  /** What a special token is called in a GGUF file, and in a template. */
  private static final Map<String, String> SPECIAL_TOKENS =
      Map.of(
          "bos", "bos_token", "eos", "eos_token", "unknown", "unk_token", "padding", "pad_token");

  private final Supplier<Optional<ChatTemplate>> template;

  private ChatTemplateFiles(Supplier<Optional<ChatTemplate>> template) {
    this.template = template;
  }

  /**
   * That of a folder: {@code chat_template.jinja}, or else what {@code tokenizer_config.json} has.
   *
   * @throws CheckpointException if a file that is there cannot be read
   */
  public static ChatTemplateFiles read(ModelFiles files) {
    ModelSource source = files.tokenizers();
    String folder = FileNames.folder(files.tokenizer());
    String settings = folder + TokenizerFiles.SETTINGS;
    String alone = folder + TEMPLATE;
    byte[] configuration =
        source.has(settings) ? bytes(source, settings) : "{}".getBytes(StandardCharsets.UTF_8);
    String place = source.place(settings);
    if (!source.has(alone)) {
      return new ChatTemplateFiles(() -> templates(place, configuration).conversation());
    }
    String text = new String(bytes(source, alone), StandardCharsets.UTF_8);
    String alonePlace = source.place(alone);
    return new ChatTemplateFiles(
        () ->
            Optional.of(
                ChatTemplate.of(
                    alonePlace, text, templates(place, configuration).specialTokens())));
  }

  /** That of a GGUF file. */
  public static ChatTemplateFiles read(GgufModel model, Tokenizer tokenizer) {
    String text = model.chatTemplate();
    if (text == null) {
      return none();
    }
    Map<String, String> tokens = new LinkedHashMap<>();
    SPECIAL_TOKENS.forEach(
        (role, name) ->
            model.specialToken(role).ifPresent(id -> tokens.put(name, tokenizer.token(id))));
    return new ChatTemplateFiles(() -> Optional.of(ChatTemplate.of(model.source(), text, tokens)));
  }

  /** Without a template. */
  public static ChatTemplateFiles none() {
    return new ChatTemplateFiles(Optional::empty);
  }

  /**
   * The template for conversations, or empty if there is none.
   *
   * @throws CheckpointException if the file or the template is damaged
   * @throws io.octavo.error.UnsupportedModelException if it uses what is not served, by name
   */
  public Optional<ChatTemplate> template() {
    return template.get();
  }

  private static ChatTemplates templates(String place, byte[] configuration) {
    return ChatTemplates.read(place, new ByteArrayInputStream(configuration));
  }

  private static byte[] bytes(ModelSource source, String file) {
    try (InputStream stream = source.open(file)) {
      return stream.readAllBytes();
    } catch (IOException exception) {
      throw new CheckpointException(
          source.place(file), "", "cannot be read: " + exception, exception);
    }
  }
}
