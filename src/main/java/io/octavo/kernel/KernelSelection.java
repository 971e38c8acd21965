package io.octavo.kernel;

import java.util.Locale;

/**
 * Which implementations the kernels may have, decided once. Of the portable ones SIMD where the
 * module {@code jdk.incubator.vector} is present and the JVM compiles with C2, else scalar; machine
 * code beside them where it can be had. {@code -Doctavo.kernels=auto|scalar|vector|machine}
 * overrides, and what cannot be had is reported, never fatal.
 *
 * @param vector whether the Vector API serves what machine code does not
 * @param bits vector width in bits, 0 for scalar
 * @param machine whether machine code is to serve what it can
 * @param reason why, as a sentence without a full stop
 * @param advice what would make it faster; empty if nothing
 */
record KernelSelection(boolean vector, int bits, boolean machine, String reason, String advice) {
  private static final String FLAG = "--add-modules jdk.incubator.vector";

  static KernelSelection of(String asked) {
    boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return switch (asked.toLowerCase(Locale.ROOT)) {
      case "scalar" -> scalar("-Doctavo.kernels=scalar asks for them", "", false);
      case "auto", "machine" -> automatic(present);
      case "vector" ->
          present
              ? vector("-Doctavo.kernels=vector asks for it", false)
              : scalar(
                  "-Doctavo.kernels=vector was asked for, but the module jdk.incubator.vector is not"
                      + " loaded",
                  "run with " + FLAG,
                  false);
      default ->
          scalar(
              "-Doctavo.kernels=" + asked + " is unknown",
              "use one of auto, scalar, vector and machine",
              false);
    };
  }

  private static KernelSelection automatic(boolean present) {
    String jvm = System.getProperty("java.vm.info", "");
    if (!present) {
      return scalar("the module jdk.incubator.vector is not loaded", "run with " + FLAG, true);
    }
    if (jvm.contains("emulated-client") || jvm.contains("interpreted")) {
      return scalar(
          "this JVM runs without its optimizing compiler (" + jvm + ")",
          "drop -XX:TieredStopAtLevel=1 or -Xint",
          true);
    }
    return vector("the module jdk.incubator.vector is loaded", true);
  }

  private static KernelSelection scalar(String reason, String advice, boolean machine) {
    return new KernelSelection(false, 0, machine, reason, advice);
  }

  private static KernelSelection vector(String reason, boolean machine) {
    return VectorProvider.select(reason, machine);
  }

  /** The portable kernels in words. */
  String portable() {
    return vector ? "Vector API, " + bits + " bits" : "scalar";
  }
}
