package io.octavo.hostile;

/** What a file of a model is. */
enum FileKind {
  ONNX,
  EXTERNAL_DATA,
  SAFETENSORS,
  GGUF,
  SHARD_INDEX,
  CONFIG,
  TOKENIZER,
  TOKENIZER_CONFIG,
  CHAT_TEMPLATE,
  GENERATION_CONFIG,
  SENTENCE_FILES;

  static FileKind of(String file) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    if (name.endsWith(".onnx")) {
      return ONNX;
    }
    if (name.endsWith(".safetensors")) {
      return SAFETENSORS;
    }
    if (name.endsWith(".gguf")) {
      return GGUF;
    }
    if (name.endsWith(".jinja")) {
      return CHAT_TEMPLATE;
    }
    return switch (name) {
      case "model.safetensors.index.json" -> SHARD_INDEX;
      case "tokenizer.json" -> TOKENIZER;
      case "tokenizer_config.json" -> TOKENIZER_CONFIG;
      case "generation_config.json" -> GENERATION_CONFIG;
      case "config.json" -> file.equals(name) ? CONFIG : SENTENCE_FILES;
      case "modules.json", "config_sentence_transformers.json", "sentence_bert_config.json" ->
          SENTENCE_FILES;
      default -> EXTERNAL_DATA;
    };
  }

  boolean isJson() {
    return switch (this) {
      case ONNX, EXTERNAL_DATA, SAFETENSORS, GGUF, CHAT_TEMPLATE -> false;
      default -> true;
    };
  }
}
