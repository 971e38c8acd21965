package io.octavo.generate;

/** Why a generation ended. */
public enum FinishReason {
  /** The model ended the text, by a token of its own for that. */
  END_OF_TEXT,
  /** A token of {@link GenerationOptions#stopTokens()}. */
  STOP_TOKEN,
  /** A string of {@link GenerationOptions#stopStrings()}. */
  STOP_STRING,
  /** As many tokens as {@link GenerationOptions#maxTokens()} or {@code maxLength()} allow. */
  MAX_TOKENS,
  /** The model's context has no room for another token. */
  CONTEXT_FULL,
  /** The caller asked for it. */
  CANCELLED
}
