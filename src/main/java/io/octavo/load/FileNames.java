package io.octavo.load;

/** Names of files inside a model's folder, as other files of the model give them. */
final class FileNames {
  private FileNames() {}

  /**
   * Whether a name, {@code /} between its parts, stays below the folder it is resolved in, wherever
   * this runs: neither absolute nor with {@code ..}, by the rules of any system.
   */
  static boolean staysInside(String name) {
    // A backslash separates on some systems only, and so does a drive's colon.
    String portable = name.replace('\\', '/');
    if (name.isEmpty() || portable.startsWith("/") || name.indexOf('\0') >= 0) {
      return false;
    }
    if (name.length() > 1 && name.charAt(1) == ':') {
      return false;
    }
    for (String part : portable.split("/", -1)) {
      if (part.equals("..")) {
        return false;
      }
    }
    return true;
  }

  /** Whether a name is that of a file in the folder itself. */
  static boolean isPlain(String name) {
    return staysInside(name)
        && !name.equals(".")
        && name.indexOf('/') < 0
        && name.indexOf('\\') < 0;
  }

  /** The folder that a file is in, such as {@code onnx/}; empty if it is in the model's own. */
  static String folder(String file) {
    return file.substring(0, file.lastIndexOf('/') + 1);
  }
}
