package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.net.URL;
import java.net.URLConnection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Files among the resources of the class path, which can be asked for but not listed.
 *
 * @param lookup finds a resource by its name; null if there is none
 * @param folder what precedes the name of each file; empty or with {@code /} at its end
 */
record ResourceSource(Function<String, @Nullable URL> lookup, String folder, @Nullable String file)
    implements ModelSource {
  static ResourceSource of(Function<String, @Nullable URL> lookup, String folder) {
    String ended = folder.isEmpty() || folder.endsWith("/") ? folder : folder + "/";
    return new ResourceSource(lookup, ended, null);
  }

  @Override
  public ModelSource withFile(String value) {
    return new ResourceSource(lookup, folder, value);
  }

  @Override
  public String name() {
    return "classpath:" + folder + (file == null ? "" : file);
  }

  /** A name with {@code ..} may find something in folders, but nothing in a jar. */
  private @Nullable URL find(String wanted) {
    return FileNames.staysInside(wanted) ? lookup.apply(folder + wanted) : null;
  }

  @Override
  public boolean has(String wanted) {
    return find(wanted) != null;
  }

  @Override
  public String place(String wanted) {
    return "classpath:" + folder + wanted;
  }

  @Override
  public InputStream open(String wanted) {
    URL url = find(wanted);
    if (url == null) {
      throw new CheckpointException(place(wanted), "", "there is no such resource");
    }
    try {
      URLConnection connection = url.openConnection();
      // Else an open jar would stay in a cache for ever.
      connection.setUseCaches(false);
      return connection.getInputStream();
    } catch (IOException exception) {
      throw new CheckpointException(place(wanted), "", "cannot be read: " + exception, exception);
    }
  }

  @Override
  public OpenFile openFile(String wanted) {
    return HeldFile.read(place(wanted), open(wanted), Arena.ofShared());
  }

  @Override
  public boolean isOnDisk() {
    return false;
  }

  @Override
  public String describe() {
    return "class-path resource " + name() + ", copied to memory";
  }
}
