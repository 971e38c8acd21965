package io.octavo.chat;

import java.util.Map;

/**
 * One message of a conversation.
 *
 * @param role who says it, such as {@code system}, {@code user} or {@code assistant}; which roles
 *     there are, the template says
 * @param content what is said
 * @param fields what else a template may read of a message, by name: strings, numbers, Booleans,
 *     lists and maps of these
 */
public record ChatMessage(String role, String content, Map<String, Object> fields) {
  /** A message with those fields. */
  public ChatMessage {
    fields = Map.copyOf(fields);
  }

  /** What the system is told to be. */
  public static ChatMessage system(String content) {
    return of("system", content);
  }

  /** What a user says. */
  public static ChatMessage user(String content) {
    return of("user", content);
  }

  /** What the model answered. */
  public static ChatMessage assistant(String content) {
    return of("assistant", content);
  }

  /** What anybody says. */
  public static ChatMessage of(String role, String content) {
    return new ChatMessage(role, content, Map.of());
  }
}
