package io.octavo.kernel.x86;

import io.octavo.tensor.NativeAccess;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether this process can run machine code, decided once: on Linux on x86-64, where native access
 * is granted and the system maps executable memory. Where it is not granted no restricted method is
 * called, so the JVM has nothing to warn of.
 *
 * @param features what the processor has; null where no machine code can be run
 * @param reason why not; empty where it can
 * @param advice what would change that; empty if nothing
 */
public record MachineSupport(@Nullable CpuFeatures features, String reason, String advice) {
  private static final MachineSupport CURRENT = decide();

  /** What this process can do. */
  public static MachineSupport current() {
    return CURRENT;
  }

  /** The ways to multiply codes that the processor has, the fastest first. */
  public List<CodePath> paths() {
    CpuFeatures known = features;
    return known == null
        ? List.of()
        : Arrays.stream(CodePath.values()).filter(path -> path.servedBy(known)).toList();
  }

  /** The instruction sets for kernels of floats that the processor has, the fastest first. */
  public List<FloatPath> floatPaths() {
    CpuFeatures known = features;
    return known == null
        ? List.of()
        : Arrays.stream(FloatPath.values()).filter(path -> path.servedBy(known)).toList();
  }

  private static MachineSupport decide() {
    String system = System.getProperty("os.name", "") + " on " + System.getProperty("os.arch", "");
    if (!system.toLowerCase(Locale.ROOT).equals("linux on amd64")) {
      return none("machine code is written for Linux on x86-64, not for " + system, "");
    }
    if (!NativeAccess.granted()) {
      return none("native access is not granted", "run with " + NativeAccess.flag());
    }
    try {
      return new MachineSupport(CpuFeatures.read(), "", "");
    } catch (MachineCodeException exception) {
      return none(String.valueOf(exception.getMessage()), "");
    }
  }

  private static MachineSupport none(String reason, String advice) {
    return new MachineSupport(null, reason, advice);
  }
}
