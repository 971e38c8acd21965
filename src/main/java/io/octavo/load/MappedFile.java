package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file mapped read-only as a whole, readable from any thread until it is closed. It stays what it
 * is when the file is deleted or another one takes its name; a file that is changed in place is
 * found by {@link #check}.
 */
public final class MappedFile implements OpenFile {
  private static final int PAGE_BYTES = 4096;

  private final Path path;
  private final Arena arena;
  private final MemorySegment segment;

  /**
   * The mapped file itself, whoever bears its name by now. No channel, because asking one for its
   * size closes it when the asking thread was interrupted.
   */
  private final RandomAccessFile file;

  /** The same file once more, for {@link #copy}; closed by whoever reads while interrupted. */
  private final FileChannel channel;

  private final FileTime modified;
  private final @Nullable Object key;

  private MappedFile(
      Path path,
      Arena arena,
      MemorySegment segment,
      RandomAccessFile file,
      FileChannel channel,
      BasicFileAttributes attributes) {
    this.path = path;
    this.arena = arena;
    this.segment = segment;
    this.file = file;
    this.channel = channel;
    this.modified = attributes.lastModifiedTime();
    this.key = attributes.fileKey();
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
    @Nullable RandomAccessFile file = null;
    @Nullable FileChannel channel = null;
    boolean mapped = false;
    try {
      // Before the map: a change after this line is one that check() finds.
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      file = new RandomAccessFile(path.toFile(), "r");
      channel = FileChannel.open(path, StandardOpenOption.READ);
      if (!Objects.equals(
          Files.readAttributes(path, BasicFileAttributes.class).fileKey(), attributes.fileKey())) {
        throw new CheckpointException(
            source, "", "was replaced while it was opened; load it again");
      }
      long size = file.length();
      if (size == 0) {
        throw new CheckpointException(source, "", "the file is empty");
      }
      MemorySegment segment = file.getChannel().map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      mapped = true;
      return new MappedFile(path, arena, segment, file, channel, attributes);
    } catch (IOException exception) {
      throw new CheckpointException(
          source, "", "the file cannot be mapped: " + exception.getMessage(), exception);
    } finally {
      if (!mapped) {
        arena.close();
        closeQuietly(file);
        closeQuietly(channel);
      }
    }
  }

  /** The file, as it was named to {@link #open}. */
  public Path path() {
    return path;
  }

  @Override
  public MemorySegment segment() {
    return segment;
  }

  @Override
  public String place() {
    return path.toString();
  }

  @Override
  public boolean isMapped() {
    return true;
  }

  /**
   * Compares the size of the mapped file, and, as long as it bears its name, the time of its last
   * change, with what they were when it was opened. Costs two system calls.
   */
  @Override
  public void check() {
    if (!segment.scope().isAlive()) {
      return;
    }
    try {
      if (file.length() != segment.byteSize()) {
        throw changed(null);
      }
    } catch (IOException exception) {
      throw changed(exception);
    }
    @Nullable BasicFileAttributes now = null;
    try {
      now = Files.readAttributes(path, BasicFileAttributes.class);
    } catch (IOException ignored) {
      // Deleted, moved or out of reach by its name, none of which changes what is mapped.
    }
    if (now != null
        && Objects.equals(now.fileKey(), key)
        && !now.lastModifiedTime().equals(modified)) {
      throw changed(null);
    }
  }

  @Override
  public CheckpointException fault(InternalError error) {
    return changed(error);
  }

  /**
   * Reads a page and more from the file, if the bytes are there: a page of a map costs a fault when
   * it is first touched, several times what reading it takes.
   */
  @Override
  public void copy(MemorySegment memory, long from, byte[] target, int count) {
    long position = memory.address() + from - segment.address();
    boolean mapped = memory.isNative() && position >= 0 && position <= segment.byteSize() - count;
    if (count < PAGE_BYTES || !mapped || !read(position, target, count)) {
      OpenFile.super.copy(memory, from, target, count);
    }
  }

  /** False where somebody was interrupted, which closes the channel; the map is still there. */
  private boolean read(long position, byte[] target, int count) {
    ByteBuffer buffer = ByteBuffer.wrap(target, 0, count);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position()) < 0) {
          throw changed(null);
        }
      }
      return true;
    } catch (ClosedChannelException interrupted) {
      return false;
    } catch (IOException exception) {
      throw changed(exception);
    }
  }

  private CheckpointException changed(@Nullable Throwable cause) {
    return new CheckpointException(
        place(),
        "",
        "was changed since it was loaded; load it again, or use outlier weights INT8",
        cause);
  }

  /** Unmaps the file; its memory must not be read any more. */
  @Override
  public void close() {
    arena.close();
    closeQuietly(file);
    closeQuietly(channel);
  }

  private static void closeQuietly(@Nullable Closeable file) {
    if (file != null) {
      try {
        file.close();
      } catch (IOException ignored) {
        // It was only read; nothing is lost.
      }
    }
  }
}
