package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files beside an ONNX file that hold its tensors; each is opened once, at first use. */
final class OnnxExternalData implements AutoCloseable {
  private final ModelSource source;
  private final String modelFile;
  private final String folder;
  private final String model;
  private final Map<String, OpenFile> files = new HashMap<>();

  /** Looks for files in the folder of the file {@code model} of {@code source}. */
  OnnxExternalData(ModelSource source, String model) {
    this.source = source;
    this.modelFile = model;
    this.folder = FileNames.folder(model);
    this.model = source.place(model);
  }

  /** The files opened so far. */
  Collection<OpenFile> files() {
    return files.values();
  }

  /**
   * Where a tensor's numbers are.
   *
   * @param file the file, relative to the model's folder
   * @param offset byte offset in it
   * @param data the numbers
   */
  record Slice(String file, long offset, MemorySegment data) {}

  /**
   * The numbers that the entries of {@code external_data} point to.
   *
   * @param size the bytes that type and shape ask for
   */
  Slice slice(Map<String, String> entries, long size, String place) {
    String location = entries.getOrDefault("location", "");
    if (location.isEmpty()) {
      throw new CheckpointException(model, place, "external data without a location");
    }
    long offset = number(entries, "offset", 0, place);
    long length = number(entries, "length", size, place);
    OpenFile file = files.get(location);
    if (file == null) {
      file = open(location, place);
      files.put(location, file);
    }
    long available = file.segment().byteSize();
    if (length != size || offset > available || length > available - offset) {
      throw new CheckpointException(
          model,
          place,
          "external data of "
              + length
              + " bytes at offset "
              + offset
              + " of "
              + location
              + ", which has "
              + available
              + " bytes; the tensor needs "
              + size);
    }
    return new Slice(location, offset, file.segment().asSlice(offset, length));
  }

  private long number(Map<String, String> entries, String key, long absent, String place) {
    String text = entries.get(key);
    long value = -1;
    if (text == null) {
      value = absent;
    } else {
      try {
        value = Long.parseLong(text);
      } catch (NumberFormatException ignored) {
        // Reported below, like a negative number.
      }
    }
    if (value < 0) {
      throw new CheckpointException(model, place, "external data's " + key + " is '" + text + "'");
    }
    return value;
  }

  private OpenFile open(String location, String place) {
    if (!FileNames.staysInside(location)) {
      throw escape(location, place);
    }
    if (source instanceof FolderSource onDisk) {
      requireInside(onDisk, location, place);
    } else if (!source.has(folder + location)) {
      throw missing(location, place, null);
    }
    return source.openFile(folder + location);
  }

  /** Follows links, which may lead anywhere. */
  private void requireInside(FolderSource onDisk, String location, String place) {
    try {
      Path file = onDisk.path(folder + location);
      Path own = onDisk.path(folder);
      Path real = file.toRealPath();
      // Where the model itself is a link (a download cache does that), so is what lies beside it.
      Path target = onDisk.path(modelFile).toRealPath().resolveSibling("");
      if (!real.startsWith(own.toRealPath()) && !real.startsWith(target)) {
        throw escape(location, place);
      }
    } catch (IOException exception) {
      throw missing(location, place, exception);
    }
  }

  private CheckpointException missing(String location, String place, @Nullable Exception cause) {
    return new CheckpointException(
        model,
        place,
        "its external data file " + location + " is missing or unreadable; put it beside the model",
        cause);
  }

  private CheckpointException escape(String location, String place) {
    return new CheckpointException(
        model,
        place,
        "external data in '" + location + "', which is not inside the model's folder");
  }

  @Override
  public void close() {
    for (OpenFile file : files.values()) {
      file.close();
    }
    files.clear();
  }
}
