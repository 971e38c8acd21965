package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file mapped read-only as a whole, readable from any thread until it is closed. */
public final class MappedFile implements AutoCloseable {
  private final Path path;
  private final Arena arena;
  private final MemorySegment segment;

  private MappedFile(Path path, Arena arena, MemorySegment segment) {
    this.path = path;
    this.arena = arena;
    this.segment = segment;
  }

  /**
   * Maps a file.
   *
   * @throws CheckpointException if it is absent, no regular file, empty, or unreadable
   */
  public static MappedFile open(Path path) {
    String source = path.toString();
    if (!Files.exists(path)) {
      throw new CheckpointException(source, "", "no such file");
    }
    // Anything but a regular file (a directory, a pipe, a device) has no size to map.
    if (!Files.isRegularFile(path)) {
      throw new CheckpointException(
          source, "", Files.isDirectory(path) ? "a directory, not a file" : "not a regular file");
    }
    Arena arena = Arena.ofShared();
    boolean mapped = false;
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size == 0) {
        throw new CheckpointException(source, "", "the file is empty");
      }
      MemorySegment segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      mapped = true;
      return new MappedFile(path, arena, segment);
    } catch (IOException exception) {
      throw new CheckpointException(
          source, "", "the file cannot be mapped: " + exception.getMessage(), exception);
    } finally {
      if (!mapped) {
        arena.close();
      }
    }
  }

  /** The file, as it was named to {@link #open}. */
  public Path path() {
    return path;
  }

  /** All bytes of the file. */
  public MemorySegment segment() {
    return segment;
  }

  /** Unmaps the file; its memory must not be read any more. */
  @Override
  public void close() {
    arena.close();
  }
}
