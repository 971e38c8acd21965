package io.octavo.load;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A folder that is filled under another name beside its own, which it gets by {@link #commit}, with
 * all of its files on disk by then; closed before that, it is deleted.
 */
final class NewFolder implements AutoCloseable {
  private static final String TAKEN =
      "is there already, and is no empty folder; export to another one, or remove it first";

  private final Path folder;
  private final Path temporary;
  private boolean committed;

  private NewFolder(Path folder, Path temporary) {
    this.folder = folder;
    this.temporary = temporary;
  }

  /** Begins to fill {@code folder}, which must not be there, or be empty. */
  static NewFolder of(Path folder) throws IOException {
    // Links are followed, so that what a link leads to is replaced, not the link.
    Path target = Files.exists(folder) ? folder.toRealPath() : folder.toAbsolutePath().normalize();
    if (target.getFileName() == null || isTaken(target)) {
      throw new IOException(TAKEN);
    }
    Path temporary = NewFile.temporary(target);
    Files.createDirectory(temporary);
    return new NewFolder(target, temporary);
  }

  private static boolean isTaken(Path target) throws IOException {
    return Files.exists(target, LinkOption.NOFOLLOW_LINKS) && !isEmptyFolder(target);
  }

  private static boolean isEmptyFolder(Path target) throws IOException {
    if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(target)) {
      return !entries.iterator().hasNext();
    }
  }

  /** Where a file of that name, {@code /} between its parts, goes; its folder is there then. */
  Path file(String name) throws IOException {
    Path file = temporary.resolve(name);
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    return file;
  }

  /** Writes a file. */
  void write(String name, SafetensorsWriter.Content content) throws IOException {
    try (NewFile file = NewFile.of(file(name))) {
      content.write(file);
      file.commit();
    }
  }

  /** Writes a file. */
  void write(String name, byte[] bytes) throws IOException {
    write(name, (OutputStream target) -> target.write(bytes));
  }

  /** Gives the folder its name. */
  void commit() throws IOException {
    NewFile.force(temporary);
    try {
      rename();
    } catch (AtomicMoveNotSupportedException exception) {
      throw new IOException("a folder cannot be renamed at once there", exception);
    } catch (FileSystemException exception) {
      if (isTaken(folder)) {
        throw new IOException(TAKEN, exception);
      }
      // Not every system replaces an empty folder. What somebody puts into it meanwhile stays.
      if (!Files.deleteIfExists(folder)) {
        throw exception;
      }
      rename();
    }
    committed = true;
    NewFile.force(folder.getParent());
  }

  private void rename() throws IOException {
    Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    if (!committed) {
      delete(temporary);
    }
  }

  private static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        for (Path entry : entries) {
          delete(entry);
        }
      }
    }
    Files.deleteIfExists(path);
  }
}
