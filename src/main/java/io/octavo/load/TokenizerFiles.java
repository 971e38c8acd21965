package io.octavo.load;

import io.octavo.json.JsonDocument;
import io.octavo.json.JsonOutput;
import io.octavo.json.JsonValue;
import io.octavo.tensor.NativeMemory;
import io.octavo.text.Tokenizer;
import io.octavo.text.TokenizerFile;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer and the files it was read from, which are kept as they were, in the model's memory,
 * so that a model can be exported when its source is gone.
 */
public final class TokenizerFiles {
  /** The file of the tokenizer. */
  static final String TOKENIZER = "tokenizer.json";

  /** The file with what the transformers library wants to know beside it. */
  static final String SETTINGS = "tokenizer_config.json";

  private static final String LIMIT = "model_max_length";

  private final Tokenizer tokenizer;
  private final MemorySegment file;
  private final @Nullable MemorySegment settings;
  private final String settingsPlace;

  private TokenizerFiles(
      Tokenizer tokenizer,
      MemorySegment file,
      @Nullable MemorySegment settings,
      String settingsPlace) {
    this.tokenizer = tokenizer;
    this.file = file;
    this.settings = settings;
    this.settingsPlace = settingsPlace;
  }

  /**
   * Reads both files; the second may be absent.
   *
   * @param memory where their bytes go
   * @throws io.octavo.error.CheckpointException if one cannot be read, or the first is damaged
   */
  static TokenizerFiles read(
      ModelSource source, String tokenizer, String settings, NativeMemory memory) {
    MemorySegment file = bytes(source, tokenizer, memory);
    return new TokenizerFiles(
        TokenizerFile.read(source.place(tokenizer), new SegmentInputStream(file)),
        file,
        source.has(settings) ? bytes(source, settings, memory) : null,
        source.place(settings));
  }

  private static MemorySegment bytes(ModelSource source, String file, NativeMemory memory) {
    try (OpenFile open = source.openFile(file)) {
      MemorySegment copy = memory.allocate(open.segment().byteSize());
      try {
        copy.copyFrom(open.segment());
      } catch (InternalError error) {
        throw open.fault(error);
      }
      open.check();
      return copy;
    }
  }

  /** The tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Writes the tokenizer's file as it was. */
  void write(OutputStream target) throws IOException {
    new SegmentInputStream(file).transferTo(target);
  }

  /** The settings as they were; null if there were none. */
  byte @Nullable [] settings() {
    return settings == null ? null : settings.toArray(ValueLayout.JAVA_BYTE);
  }

  /** The settings, with texts cut at that many tokens. */
  byte[] settings(int maxTokens) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    if (settings != null) {
      JsonValue json = JsonDocument.object(settingsPlace, new SegmentInputStream(settings));
      fields.putAll(json.fields());
    }
    fields.put(LIMIT, maxTokens);
    return JsonOutput.bytes(fields);
  }
}
