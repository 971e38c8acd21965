package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a model's {@code tokenizer.json} is. */
public final class TokenizerLocation {
  private TokenizerLocation() {}

  /**
   * The tokenizer that lies beside a model file: {@code <stem>-tokenizer.json} (for {@code
   * <stem>.onnx}), else {@code tokenizer.json}.
   *
   * @throws CheckpointException if there is neither; its message names both
   */
  public static Path beside(Path model) {
    String name = String.valueOf(model.getFileName());
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    Path own = model.resolveSibling(stem + "-tokenizer.json");
    if (Files.isRegularFile(own)) {
      return own;
    }
    Path shared = model.resolveSibling("tokenizer.json");
    if (Files.isRegularFile(shared)) {
      return shared;
    }
    throw new CheckpointException(
        model.toString(),
        "",
        "no tokenizer beside the model; neither " + own + " nor " + shared + " is a file");
  }
}
