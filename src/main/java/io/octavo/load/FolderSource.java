package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Files of a folder on disk. */
record FolderSource(String name, Path folder, @Nullable String file) implements ModelSource {
  private static final String ONNX = "onnx";

  static FolderSource of(Path model) {
    Path fileName = model.getFileName();
    if (fileName == null || Files.isDirectory(model)) {
      return new FolderSource(model.toString(), model, null);
    }
    Path parent = model.getParent();
    Path folder = parent == null ? model.getFileSystem().getPath("") : parent;
    // Repositories of models have their ONNX files in a folder of that name.
    Path above = parent == null ? null : parent.getParent();
    if (parent != null
        && above != null
        && parent.endsWith(ONNX)
        && Files.isRegularFile(above.resolve("config.json"))) {
      return new FolderSource(model.toString(), above, ONNX + "/" + fileName);
    }
    return new FolderSource(model.toString(), folder, fileName.toString());
  }

  @Override
  public ModelSource withFile(String value) {
    return new FolderSource(name, folder, value);
  }

  /** Where a file is, whether it is there or not. */
  Path path(String wanted) {
    try {
      return folder.resolve(wanted);
    } catch (InvalidPathException exception) {
      throw new CheckpointException(name, "", "no file can be named " + wanted, exception);
    }
  }

  @Override
  public boolean has(String wanted) {
    try {
      return isInside(wanted) && Files.isRegularFile(folder.resolve(wanted));
    } catch (InvalidPathException exception) {
      // Names that no file of this system can have come from other files of the model.
      return false;
    }
  }

  /** Names come from other files of the model, too. */
  private boolean isInside(String wanted) {
    return wanted.equals(file) || FileNames.staysInside(wanted);
  }

  private void requireInside(String wanted) {
    if (!isInside(wanted)) {
      throw new CheckpointException(name, "", "'" + wanted + "' is not inside the model's folder");
    }
  }

  @Override
  public String place(String wanted) {
    try {
      return folder.resolve(wanted).toString();
    } catch (InvalidPathException exception) {
      return folder + "/" + wanted;
    }
  }

  @Override
  public InputStream open(String wanted) {
    requireInside(wanted);
    try {
      return Files.newInputStream(path(wanted));
    } catch (NoSuchFileException exception) {
      throw new CheckpointException(place(wanted), "", "there is no such file", exception);
    } catch (IOException exception) {
      throw new CheckpointException(place(wanted), "", "cannot be read: " + exception, exception);
    }
  }

  @Override
  public OpenFile openFile(String wanted) {
    requireInside(wanted);
    Path path = path(wanted);
    // Only files of the system itself can be mapped, not those in an archive, for instance.
    return isOnDisk()
        ? MappedFile.open(path)
        : HeldFile.read(place(wanted), open(wanted), Arena.ofShared());
  }

  @Override
  public boolean isOnDisk() {
    return folder.getFileSystem().equals(FileSystems.getDefault());
  }

  @Override
  public String describe() {
    return (isOnDisk() ? "mapped " : "copied to memory, ")
        + (file == null ? "files of " : "file ")
        + name;
  }
}
