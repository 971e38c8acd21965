package io.octavo.load;

import io.octavo.text.GgmlVocabulary;
import io.octavo.text.Tokenizer;
import java.nio.file.Path;

/** The tokenizers of GGUF files, for tests of other packages. */
public final class GgufTokenizers {
  private GgufTokenizers() {}

  /** What a file on disk says about its tokenizer. */
  public static GgmlVocabulary vocabulary(Path file) {
    try (GgufCheckpoint checkpoint = GgufCheckpoint.open(file)) {
      return GgufTokenizer.vocabulary(checkpoint);
    }
  }

  /** The tokenizer of a file on disk. */
  public static Tokenizer read(Path file) {
    try (GgufCheckpoint checkpoint = GgufCheckpoint.open(file)) {
      return GgufTokenizer.read(checkpoint);
    }
  }
}
