package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.io.InputStream;
import java.nio.file.Path;

/** The files of a model, by their names: a folder on disk, or the folder that a file lies in. */
public sealed interface ModelSource permits FolderSource {
  /**
   * A model on disk.
   *
   * @param model a folder, or one file of it that says which model is meant
   */
  static ModelSource of(Path model) {
    return FolderSource.of(model);
  }

  /** What the user named; for messages. */
  String name();

  /** Whether there is a regular file of that name, such as {@code 1_Pooling/config.json}. */
  boolean has(String file);

  /** What messages call that file, whether it is there or not. */
  String place(String file);

  /**
   * The bytes of a file.
   *
   * @throws CheckpointException if there is none, or it cannot be read
   */
  InputStream open(String file);
}
