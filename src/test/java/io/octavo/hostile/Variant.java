package io.octavo.hostile;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A damaged model.
 *
 * @param index its number, from which all of it follows
 * @param specimen the sound model it was made of
 * @param files its files
 * @param kind what was damaged
 * @param damage how, in words
 * @param route where it is loaded from
 * @param tricks what only a disk can do to its files
 * @param options which options it is loaded with
 */
record Variant(
    int index,
    Specimen specimen,
    Map<String, byte[]> files,
    FileKind kind,
    List<String> damage,
    Route route,
    Map<String, DiskTrick> tricks,
    int options) {
  /** Where models come from. */
  enum Route {
    BYTES,
    STREAMS,
    DISK
  }

  /** What stands on disk where a file is expected. */
  enum DiskTrick {
    DIRECTORY,
    LINK_INSIDE,
    LINK_OUTSIDE,
    LINK_TO_ITSELF,
    LINK_TO_NOTHING
  }

  /** Bytes of its largest file. */
  long largestFile() {
    return files.values().stream().mapToLong(bytes -> bytes.length).max().orElse(0);
  }

  /** Bytes of all files. */
  long allBytes() {
    return files.values().stream().mapToLong(bytes -> bytes.length).sum();
  }

  /** The names of all files, of the sound model and of this. */
  Set<String> names() {
    Set<String> names = new TreeSet<>(specimen.files().keySet());
    names.addAll(files.keySet());
    return names;
  }

  @Override
  public String toString() {
    return "variant " + index + " of " + specimen.name() + " (" + route + "): " + damage + tricks;
  }
}
