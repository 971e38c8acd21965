package io.octavo.hostile;

import io.octavo.hostile.Variant.DiskTrick;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of a variant in a folder of their own, which knows whether it was left as it was. */
final class DiskModel implements AutoCloseable {
  private final Path above;
  private final Path folder;
  private final List<String> before;

  private DiskModel(Path above, Path folder) throws IOException {
    this.above = above;
    this.folder = folder;
    this.before = listing();
  }

  static DiskModel write(Variant variant) throws IOException {
    Path above = Files.createTempDirectory("octavo-hostile");
    Path folder = Files.createDirectory(above.resolve("model"));
    Files.write(above.resolve("outside"), new byte[] {1, 2, 3, 4});
    for (Map.Entry<String, byte[]> file : variant.files().entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      DiskTrick trick = variant.tricks().get(file.getKey());
      if (trick == null) {
        Files.write(path, file.getValue());
      } else {
        play(trick, path, file.getValue());
      }
    }
    return new DiskModel(above, folder);
  }

  private static void play(DiskTrick trick, Path path, byte[] bytes) throws IOException {
    switch (trick) {
      case DIRECTORY -> Files.createDirectory(path);
      case LINK_TO_ITSELF -> link(path, path);
      case LINK_TO_NOTHING -> link(path, path.resolveSibling("nothing"));
      case LINK_INSIDE -> {
        Path target = path.resolveSibling("real-" + path.getFileName());
        Files.write(target, bytes);
        link(path, target);
      }
      case LINK_OUTSIDE -> link(path, Path.of("../outside"));
    }
  }

  /** Where nobody may make links, as on some Windows, the file is just absent. */
  private static void link(Path link, Path target) throws IOException {
    try {
      Files.createSymbolicLink(link, target);
    } catch (UnsupportedOperationException | FileSystemException exception) {
      Files.deleteIfExists(link);
    }
  }

  Path folder() {
    return folder;
  }

  /** What is not as it was before the model was loaded and closed; null if all is. */
  @Nullable String left() throws IOException {
    List<String> after = listing();
    if (!after.equals(before)) {
      return "files left behind: " + after + " instead of " + before;
    }
    String name = folder.toString();
    Path maps = Path.of("/proc/self/maps");
    if (Files.isReadable(maps)) {
      for (String line : Files.readAllLines(maps)) {
        if (line.contains(name)) {
          return "left mapped: " + line;
        }
      }
    }
    Path open = Path.of("/proc/self/fd");
    if (Files.isDirectory(open)) {
      try (Stream<Path> files = Files.list(open)) {
        for (Path file : files.toList()) {
          String target = target(file);
          if (target.startsWith(name)) {
            return "left open: " + target;
          }
        }
      }
    }
    return null;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException exception) {
      // Closed by now: the listing's own, for instance.
      return "";
    }
  }

  private List<String> listing() throws IOException {
    try (Stream<Path> files = Files.walk(above)) {
      return List.copyOf(new TreeSet<>(files.map(Path::toString).toList()));
    }
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(above)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
