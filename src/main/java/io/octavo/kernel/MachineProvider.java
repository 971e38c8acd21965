package io.octavo.kernel;

import io.octavo.kernel.x86.CodePath;
import io.octavo.kernel.x86.MachineCodeException;
import io.octavo.kernel.x86.MachineMatrixProduct;
import io.octavo.kernel.x86.MachineSupport;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The only class that names the kernels in machine code.
 *
 * @param matrixProduct multiplies codes; null where machine code does not serve
 * @param title the instruction set, or empty
 * @param reason why it serves or not, as a sentence without a full stop
 * @param advice what would make it serve; empty if nothing
 */
record MachineProvider(
    @Nullable MatrixProductKernel matrixProduct, String title, String reason, String advice) {

  /** Names one of the ways to multiply codes, for tests; the fastest without it. */
  private static final String PATH = "octavo.machine.path";

  /**
   * Writes and tests the kernels, where they can be had.
   *
   * @param floats multiplies with weights that are no codes
   */
  static MachineProvider install(MatrixProductKernel floats) {
    MachineSupport support = MachineSupport.current();
    if (support.features() == null) {
      return none(support.reason(), support.advice());
    }
    List<CodePath> paths = support.paths();
    String asked = System.getProperty(PATH, "").toUpperCase(Locale.ROOT);
    for (CodePath path : paths) {
      if (asked.isEmpty() || path.name().equals(asked)) {
        return install(path, floats);
      }
    }
    return asked.isEmpty()
        ? none("this processor has not even AVX2", "")
        : none(
            "-D" + PATH + "=" + asked + " is none of what this processor has, " + paths,
            "drop -D" + PATH);
  }

  /** Not installed, on request. */
  static MachineProvider none(String reason, String advice) {
    return new MachineProvider(null, "", reason, advice);
  }

  private static MachineProvider install(CodePath path, MatrixProductKernel floats) {
    try {
      MatrixProductKernel kernel = MachineMatrixProduct.install(path, floats);
      String difference = MatrixProductTrial.difference(kernel);
      return difference.isEmpty()
          ? new MachineProvider(kernel, path.title(), "the processor has " + path.title(), "")
          : none(path.title() + " kernels failed their trial: " + difference, "report this");
    } catch (MachineCodeException exception) {
      return none(String.valueOf(exception.getMessage()), "");
    }
  }
}
