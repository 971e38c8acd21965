package io.octavo.hostile;

import java.util.Map;

/**
 * A small sound model, of which damaged variants are made.
 *
 * @param name what it is
 * @param files its files
 * @param model the file that is named when it is loaded; empty for the folder
 * @param door which front door loads it
 */
record Specimen(String name, Map<String, byte[]> files, String model, Door door) {
  /** The front doors. */
  enum Door {
    EMBEDDER,
    CLASSIFIER,
    CROSS_ENCODER,
    GGUF,
    DECODER,
    TOKENIZER
  }
}
