package io.octavo.chat;

import io.octavo.json.JsonDocument;
import io.octavo.json.JsonValue;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The templates of a {@code tokenizer_config.json}.
 *
 * @param byName in the file's order; a file with a single one calls it {@code default}
 * @param specialTokens tokens as they are written, by their names, such as {@code eos_token}
 */
public record ChatTemplates(Map<String, ChatTemplate> byName, Map<String, String> specialTokens) {
  private static final String DEFAULT = "default";

  private static final List<String> SPECIAL_TOKENS =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  /** The templates by those names. */
  public ChatTemplates {
    byName = Map.copyOf(byName);
    specialTokens = Map.copyOf(specialTokens);
  }

  /**
   * Reads the file.
   *
   * @param file its name, for messages
   * @param stream its bytes; left open
   * @return without templates if the file has none
   * @throws io.octavo.error.CheckpointException if the file or a template is damaged
   * @throws io.octavo.error.UnsupportedModelException if a template uses what is not served, by
   *     name
   */
  public static ChatTemplates read(String file, InputStream stream) {
    JsonValue config = JsonDocument.object(file, stream);
    Map<String, String> tokens = specialTokens(config);
    Map<String, ChatTemplate> templates = new LinkedHashMap<>();
    JsonValue template = config.find("chat_template");
    if (template != null && template.value() instanceof List<?>) {
      for (JsonValue each : template.array()) {
        String source = each.get("template").string();
        templates.put(each.get("name").string(), ChatTemplate.of(file, source, tokens));
      }
    } else if (template != null) {
      templates.put(DEFAULT, ChatTemplate.of(file, template.string(), tokens));
    }
    return new ChatTemplates(templates, tokens);
  }

  private static Map<String, String> specialTokens(JsonValue config) {
    Map<String, String> tokens = new LinkedHashMap<>();
    for (String name : SPECIAL_TOKENS) {
      @Nullable JsonValue token = config.find(name);
      if (token != null) {
        tokens.put(
            name,
            token.value() instanceof Map<?, ?> ? token.get("content").string() : token.string());
      }
    }
    return tokens;
  }

  /** The template for conversations, or empty if there is none. */
  public Optional<ChatTemplate> conversation() {
    return byName.size() == 1
        ? Optional.of(byName.values().iterator().next())
        : Optional.ofNullable(byName.get(DEFAULT));
  }
}
