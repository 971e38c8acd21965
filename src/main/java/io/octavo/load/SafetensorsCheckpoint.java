package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A model in safetensors files: one, or shards that an index lists. The headers are read when it is
 * opened; the tensors' memory is not touched until somebody reads them.
 *
 * <p>Tensors of a shard that the index does not list belong to the model all the same, as they do
 * where these files come from; a tensor in two shards is a contradiction.
 */
public final class SafetensorsCheckpoint implements Checkpoint {
  /** The file of a model that is in one file. */
  public static final String FILE = "model.safetensors";

  /** The file that lists the shards of a model. */
  public static final String INDEX = "model.safetensors.index.json";

  private static final String INDEX_END = ".safetensors.index.json";

  private final String source;
  private final Map<String, SafetensorsFile> files;
  private final Map<String, SafetensorsFile> holders;

  private SafetensorsCheckpoint(
      String source, Map<String, SafetensorsFile> files, Map<String, SafetensorsFile> holders) {
    this.source = source;
    this.files = files;
    this.holders = holders;
  }

  /**
   * Opens a folder with {@link #FILE} or {@link #INDEX}, or one such file.
   *
   * @throws CheckpointException as {@link #open(ModelSource)}
   */
  public static SafetensorsCheckpoint open(Path path) {
    return open(ModelSource.of(path));
  }

  /**
   * Opens the file of a source that is meant, or else {@link #FILE}, or else {@link #INDEX}.
   *
   * @throws CheckpointException if there is none of them, or as {@link #open(ModelSource, String)}
   */
  public static SafetensorsCheckpoint open(ModelSource source) {
    String file = source.file();
    if (file != null) {
      return open(source, file);
    }
    if (!source.has(FILE) && !source.has(INDEX)) {
      throw new CheckpointException(source.name(), "", "holds neither " + FILE + " nor " + INDEX);
    }
    return open(source, source.has(FILE) ? FILE : INDEX);
  }

  /**
   * Opens a file of a source: an index, if its name ends in {@code .safetensors.index.json}, whose
   * shards are beside it, or else a model that is in that file.
   *
   * @throws CheckpointException if a file is absent, damaged or contradicts itself, or the index
   *     and the shards contradict each other
   */
  public static SafetensorsCheckpoint open(ModelSource source, String file) {
    Map<String, String> index = new LinkedHashMap<>();
    Set<String> names = new TreeSet<>();
    if (file.endsWith(INDEX_END)) {
      index.putAll(SafetensorsIndex.read(source, file));
      names.addAll(index.values());
    } else {
      names.add(file.substring(FileNames.folder(file).length()));
    }
    Map<String, SafetensorsFile> files = new LinkedHashMap<>();
    boolean opened = false;
    try {
      for (String name : names) {
        String shard = FileNames.folder(file) + name;
        if (!index.isEmpty() && !source.has(shard)) {
          throw new CheckpointException(
              source.place(file), "", "it names " + name + ", which is missing beside it");
        }
        files.put(name, SafetensorsFile.open(source, shard));
      }
      Map<String, SafetensorsFile> holders = holders(files);
      requireListed(source.place(file), index, files);
      opened = true;
      return new SafetensorsCheckpoint(source.place(file), files, holders);
    } finally {
      if (!opened) {
        files.values().forEach(SafetensorsFile::close);
      }
    }
  }

  private static Map<String, SafetensorsFile> holders(Map<String, SafetensorsFile> files) {
    Map<String, SafetensorsFile> holders = new LinkedHashMap<>();
    for (SafetensorsFile file : files.values()) {
      for (String name : file.names()) {
        SafetensorsFile other = holders.put(name, file);
        if (other != null) {
          throw new CheckpointException(
              file.file().place(), "tensor " + name, "is in " + other.file().place() + ", too");
        }
      }
    }
    return holders;
  }

  private static void requireListed(
      String source, Map<String, String> index, Map<String, SafetensorsFile> files) {
    index.forEach(
        (tensor, name) -> {
          SafetensorsFile file = files.get(name);
          if (file == null || !file.names().contains(tensor)) {
            throw new CheckpointException(
                source, "weight_map." + tensor, "names " + name + ", which holds no such tensor");
          }
        });
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(holders.keySet());
  }

  /** The texts that the files hold beside tensors, such as {@code format: pt}. */
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    files.values().forEach(file -> metadata.putAll(file.metadata()));
    return Collections.unmodifiableMap(metadata);
  }

  /** The files, in the order of their names; for diagnostics. */
  public List<String> files() {
    List<String> places = new ArrayList<>();
    files.values().forEach(file -> places.add(file.file().place()));
    return List.copyOf(places);
  }

  @Override
  public CheckpointTensor tensor(String name) {
    return holder(name).tensor(name);
  }

  @Override
  public int unsignedByte(String name) {
    return holder(name).unsignedByte(name);
  }

  private SafetensorsFile holder(String name) {
    SafetensorsFile holder = holders.get(name);
    if (holder == null) {
      throw new CheckpointException(source, "", "it holds no tensor " + name);
    }
    return holder;
  }

  @Override
  public void check() {
    files.values().forEach(file -> file.file().check());
  }

  @Override
  public CheckpointException fault(InternalError error) {
    check();
    return new CheckpointException(source, "", "cannot be read any more: " + error, error);
  }

  @Override
  public void close() {
    files.values().forEach(SafetensorsFile::close);
  }
}
