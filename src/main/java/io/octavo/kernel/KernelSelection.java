package io.octavo.kernel;

import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which implementation serves the kernels, decided once: SIMD where the module {@code
 * jdk.incubator.vector} is present and the JVM compiles with C2, else scalar. {@code
 * -Doctavo.kernels=auto|scalar|vector} overrides, and what cannot be had is reported, never fatal.
 *
 * @param vector whether the Vector API serves
 * @param bits vector width in bits, 0 for scalar
 * @param reason why, as a sentence without a full stop
 * @param advice what would make it faster; empty if nothing
 */
public record KernelSelection(boolean vector, int bits, String reason, String advice) {
  private static final Logger LOG = LoggerFactory.getLogger("io.octavo.kernels");
  private static final String FLAG = "--add-modules jdk.incubator.vector";
  private static final KernelSelection CURRENT = decide();

  /** The selection of this process. */
  public static KernelSelection current() {
    return CURRENT;
  }

  private static KernelSelection decide() {
    KernelSelection selection = select();
    if (selection.advice().isEmpty()) {
      LOG.debug("{}", selection);
    } else {
      LOG.warn("{}", selection);
    }
    return selection;
  }

  private static KernelSelection select() {
    String asked = System.getProperty("octavo.kernels", "auto").toLowerCase(Locale.ROOT);
    boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    String jvm = System.getProperty("java.vm.info", "");
    return switch (asked) {
      case "scalar" -> scalar("-Doctavo.kernels=scalar asks for them", "");
      case "auto" -> {
        if (!present) {
          yield scalar("the module jdk.incubator.vector is not loaded", "run with " + FLAG);
        }
        if (jvm.contains("emulated-client") || jvm.contains("interpreted")) {
          yield scalar(
              "this JVM runs without its optimizing compiler (" + jvm + ")",
              "drop -XX:TieredStopAtLevel=1 or -Xint");
        }
        yield vector("the module jdk.incubator.vector is loaded");
      }
      case "vector" ->
          present
              ? vector("-Doctavo.kernels=vector asks for it")
              : scalar(
                  "-Doctavo.kernels=vector was asked for, but the module jdk.incubator.vector is not"
                      + " loaded",
                  "run with " + FLAG);
      default ->
          scalar("-Doctavo.kernels=" + asked + " is unknown", "use one of auto, scalar and vector");
    };
  }

  private static KernelSelection scalar(String reason, String advice) {
    return new KernelSelection(false, 0, reason, advice);
  }

  private static KernelSelection vector(String reason) {
    return VectorProvider.select(reason);
  }

  /** One line: what serves, why, and what would be faster. */
  @Override
  public String toString() {
    return "Octavo runs on "
        + (vector ? "Vector API kernels, " + bits + " bits" : "scalar kernels")
        + ": "
        + reason
        + (advice.isEmpty() ? "" : (vector ? "; " : "; for faster ones, ") + advice)
        + ".";
  }
}
