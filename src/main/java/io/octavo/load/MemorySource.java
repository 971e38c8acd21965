package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Files in off-heap memory, which is freed once nothing refers to it any more. */
record MemorySource(String name, Map<String, MemorySegment> files, @Nullable String file)
    implements ModelSource {
  static MemorySource ofBytes(String name, Map<String, byte[]> files) {
    Map<String, MemorySegment> copies = new LinkedHashMap<>();
    files.forEach(
        (file, bytes) -> {
          // A copy: whoever gave the array may write to it, and a model reads its file for long.
          MemorySegment copy = Arena.ofAuto().allocate(bytes.length, Long.BYTES);
          MemorySegment.copy(MemorySegment.ofArray(bytes), 0, copy, 0, bytes.length);
          copies.put(file, copy.asReadOnly());
        });
    return new MemorySource(name, Map.copyOf(copies), null);
  }

  static MemorySource ofStreams(String name, Map<String, InputStream> streams) {
    Map<String, MemorySegment> copies = new LinkedHashMap<>();
    streams.forEach(
        (file, stream) ->
            copies.put(
                file, StreamBytes.read(place(name, file), stream, Arena.ofAuto()).asReadOnly()));
    return new MemorySource(name, Map.copyOf(copies), null);
  }

  private static String place(String name, String file) {
    return name + "/" + file;
  }

  @Override
  public ModelSource withFile(String value) {
    return new MemorySource(name, files, value);
  }

  @Override
  public boolean has(String wanted) {
    return files.containsKey(wanted);
  }

  @Override
  public String place(String wanted) {
    return place(name, wanted);
  }

  private MemorySegment bytes(String wanted) {
    MemorySegment bytes = files.get(wanted);
    if (bytes == null) {
      throw new CheckpointException(
          place(wanted), "", "there is no such file; there are " + files.keySet());
    }
    return bytes;
  }

  @Override
  public InputStream open(String wanted) {
    return new SegmentInputStream(bytes(wanted));
  }

  @Override
  public OpenFile openFile(String wanted) {
    MemorySegment bytes = bytes(wanted);
    if (bytes.byteSize() == 0) {
      throw new CheckpointException(place(wanted), "", "the file is empty");
    }
    return new HeldFile(place(wanted), bytes, null);
  }

  @Override
  public boolean isOnDisk() {
    return false;
  }

  @Override
  public String describe() {
    return "bytes in memory, " + name;
  }
}
