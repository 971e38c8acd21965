package io.octavo.load;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A file that is written under another name in the same folder and gets its own by {@link #commit};
 * closed before that, it is deleted.
 */
final class NewFile extends OutputStream {
  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final Path temporary;
  private final FileChannel channel;
  private final OutputStream out;
  private long written;
  private long allowed = Long.MAX_VALUE;
  private boolean committed;

  private NewFile(Path file, Path temporary, FileChannel channel) {
    this.file = file;
    this.temporary = temporary;
    this.channel = channel;
    this.out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
  }

  /** Begins to write {@code file}. */
  static NewFile of(Path file) throws IOException {
    if (file.getFileName() == null || Files.isDirectory(file)) {
      throw new IOException(file + " is a folder");
    }
    Path temporary = temporary(file);
    FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return new NewFile(file, temporary, channel);
  }

  /** Another name beside a file's or folder's own, which nothing has. */
  static Path temporary(Path file) {
    String random =
        Long.toHexString(ThreadLocalRandom.current().nextLong()).toLowerCase(Locale.ROOT);
    return file.resolveSibling("." + file.getFileName() + "." + random + ".tmp");
  }

  /** Bytes written so far. */
  long written() {
    return written;
  }

  /** Refuses to write more than that from here on, before it is written. */
  void allow(long bytes) {
    allowed = bytes;
  }

  @Override
  public void write(int value) throws IOException {
    count(1);
    out.write(value);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    count(length);
    out.write(bytes, offset, length);
  }

  private void count(int length) {
    if (length > allowed) {
      throw new IllegalStateException(
          "The content of a tensor is longer than its shape, by " + (length - allowed) + " bytes");
    }
    allowed -= length;
    written += length;
  }

  /** Brings everything to disk and gives the file its name, replacing one that had it. */
  void commit() throws IOException {
    out.flush();
    channel.force(true);
    out.close();
    try {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException exception) {
      throw new IOException("a file of this folder cannot be renamed at once", exception);
    }
    committed = true;
    force(file.toAbsolutePath().getParent());
  }

  /**
   * Brings the names in a folder to disk; where it cannot be opened, as on Windows, the system sees
   * to it.
   */
  static void force(@Nullable Path folder) {
    if (folder != null) {
      try (FileChannel opened = FileChannel.open(folder, StandardOpenOption.READ)) {
        opened.force(true);
      } catch (IOException ignored) {
        // What has the names is whole and on disk.
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (!committed) {
      // Not the stream: it would write what is left in its buffer, to a full disk for instance.
      channel.close();
      Files.deleteIfExists(temporary);
    }
  }
}
