package io.octavo.tensor;

/**
 * Whether this process may call native functions. Read once, so that everything that asks gets the
 * same answer: the JDK's turns to yes for the whole class path when any library makes such a call.
 */
public final class NativeAccess {
  private static final boolean GRANTED = NativeAccess.class.getModule().isNativeAccessEnabled();

  private NativeAccess() {}

  /** Whether it is granted to this library. */
  public static boolean granted() {
    return GRANTED;
  }

  /** The flag that grants it. */
  public static String flag() {
    Module module = NativeAccess.class.getModule();
    return "--enable-native-access=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
  }
}
