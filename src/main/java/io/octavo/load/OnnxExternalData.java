package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files beside an ONNX file that hold its tensors; each is mapped once, at first use. */
final class OnnxExternalData implements AutoCloseable {
  private final Path model;
  private final Map<String, MappedFile> files = new HashMap<>();

  /** Looks for files in the folder of {@code model}. */
  OnnxExternalData(Path model) {
    this.model = model;
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
      throw new CheckpointException(model.toString(), place, "external data without a location");
    }
    long offset = number(entries, "offset", 0, place);
    long length = number(entries, "length", size, place);
    MappedFile file = files.get(location);
    if (file == null) {
      file = MappedFile.open(resolve(location, place));
      files.put(location, file);
    }
    long available = file.segment().byteSize();
    if (length != size || offset > available || length > available - offset) {
      throw new CheckpointException(
          model.toString(),
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
      throw new CheckpointException(
          model.toString(), place, "external data's " + key + " is '" + text + "'");
    }
    return value;
  }

  private Path resolve(String location, String place) {
    try {
      Path relative = Path.of(location);
      // A backslash separates on some systems only; the check must not depend on where it runs.
      for (String part : location.replace('\\', '/').split("/", -1)) {
        if (part.equals("..")) {
          throw escape(location, place, null);
        }
      }
      if (relative.isAbsolute() || relative.getRoot() != null || location.startsWith("\\")) {
        throw escape(location, place, null);
      }
      Path folder = folder(model.toAbsolutePath());
      Path file = folder.resolve(relative);
      // Where the model itself is a link (a download cache does that), so is what lies beside it.
      Path real = file.toRealPath();
      if (!real.startsWith(folder.toRealPath()) && !real.startsWith(folder(model.toRealPath()))) {
        throw escape(location, place, null);
      }
      return file;
    } catch (InvalidPathException exception) {
      throw escape(location, place, exception);
    } catch (IOException exception) {
      throw new CheckpointException(
          model.toString(),
          place,
          "its external data file "
              + location
              + " is missing or unreadable; put it beside the model",
          exception);
    }
  }

  private static Path folder(Path absolute) {
    Path parent = absolute.getParent();
    return parent == null ? absolute : parent;
  }

  private CheckpointException escape(String location, String place, @Nullable Exception cause) {
    return new CheckpointException(
        model.toString(),
        place,
        "external data in '" + location + "', which is not inside the model's folder",
        cause);
  }

  @Override
  public void close() {
    for (MappedFile file : files.values()) {
      file.close();
    }
    files.clear();
  }
}
