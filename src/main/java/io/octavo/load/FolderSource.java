package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files of a folder on disk. */
record FolderSource(String name, Path folder) implements ModelSource {
  static FolderSource of(Path model) {
    Path parent = model.toAbsolutePath().getParent();
    return new FolderSource(
        model.toString(), Files.isDirectory(model) || parent == null ? model : parent);
  }

  @Override
  public boolean has(String file) {
    return Files.isRegularFile(folder.resolve(file));
  }

  @Override
  public String place(String file) {
    return folder.resolve(file).toString();
  }

  @Override
  public InputStream open(String file) {
    try {
      return Files.newInputStream(folder.resolve(file));
    } catch (NoSuchFileException exception) {
      throw new CheckpointException(place(file), "", "there is no such file", exception);
    } catch (IOException exception) {
      throw new CheckpointException(place(file), "", "cannot be read: " + exception, exception);
    }
  }
}
