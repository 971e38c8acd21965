package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of a model, by their names: a folder on disk or the folder that a file lies in, bytes
 * in memory, or resources of the class path. Names have {@code /} between their parts, such as
 * {@code 1_Pooling/config.json}. A source holds nothing open.
 */
public sealed interface ModelSource permits FolderSource, MemorySource, ResourceSource {
  /**
   * A model on disk.
   *
   * @param model a folder, or one file of it that says which model is meant
   */
  static ModelSource of(Path model) {
    return FolderSource.of(model);
  }

  /**
   * A model in memory. The bytes are copied to off-heap memory, which lives as long as the source
   * or a model loaded from it.
   *
   * @param name what messages call the model
   * @param files the bytes of each file by its name
   */
  static ModelSource ofBytes(String name, Map<String, byte[]> files) {
    return MemorySource.ofBytes(name, files);
  }

  /**
   * One file of a model from a stream, which is read to its end at once and left open. Its bytes go
   * to off-heap memory, which lives as long as the source or a model loaded from it.
   *
   * @param name what messages call the model
   * @param file the file's name, such as {@code model.onnx}; its ending tells the format
   * @param stream its bytes
   * @throws CheckpointException if the stream throws or brings more than there is memory for
   */
  static ModelSource ofStream(String name, String file, InputStream stream) {
    return MemorySource.ofStreams(name, Map.of(file, stream)).withFile(file);
  }

  /**
   * The files of a model from streams, which are read to their ends at once and left open, as in
   * {@link #ofStream}.
   *
   * @param name what messages call the model
   * @param streams the bytes of each file by its name
   * @throws CheckpointException if a stream throws or brings more than there is memory for
   */
  static ModelSource ofStreams(String name, Map<String, InputStream> streams) {
    return MemorySource.ofStreams(name, streams);
  }

  /**
   * Resources of a class loader. Those in packages of named modules are found only where the
   * package is open to this library; a folder that cannot be a package, such as {@code
   * models/all-MiniLM-L6-v2}, always is.
   *
   * @param loader finds the resources
   * @param folder where they are, such as {@code models/all-MiniLM-L6-v2}; empty for the root
   */
  static ModelSource ofResources(ClassLoader loader, String folder) {
    return ResourceSource.of(loader::getResource, folder);
  }

  /**
   * Resources as a class sees them ({@link Class#getResource}): relative to its package, or from
   * the root if the folder starts with {@code /}.
   *
   * @param anchor finds the resources
   * @param folder where they are; empty for the class's own package, {@code /} for the root
   */
  static ModelSource ofResources(Class<?> anchor, String folder) {
    return ResourceSource.of(anchor::getResource, folder);
  }

  /** The same files, with that one meant; see {@link #file}. */
  ModelSource withFile(String file);

  /** What the user named; for messages. */
  String name();

  /** The file that the user named, if it was one: the model itself; else null. */
  @Nullable String file();

  /** Whether there is a regular file of that name, such as {@code 1_Pooling/config.json}. */
  boolean has(String file);

  /** What messages call that file, whether it is there or not. */
  String place(String file);

  /**
   * The bytes of a file, for reading once.
   *
   * @throws CheckpointException if there is none, or it cannot be read
   */
  InputStream open(String file);

  /**
   * The bytes of a file as memory: mapped if it is on disk, else copied to memory off the heap.
   *
   * @throws CheckpointException if there is none, it is empty, or it cannot be read
   */
  OpenFile openFile(String file);

  /** Whether the files are on disk, so that they can be read again without being kept in memory. */
  boolean isOnDisk();

  /** What kind of memory files are read from, and where they are; for diagnostics. */
  String describe();
}
