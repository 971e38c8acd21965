package io.octavo;

import io.octavo.kernel.KernelReport;
import io.octavo.kernel.Kernels;
import io.octavo.parallel.WorkerPool;
import java.util.List;

/** What this process runs on. */
public final class Octavo {
  private Octavo() {}

  /**
   * A few lines for a person: which kernels serve which operation, why, what would make them
   * faster, threads, JVM, and the models that are loaded: where from, and how they hold what
   * outliers need.
   */
  public static String diagnostics() {
    KernelReport kernels = Kernels.report();
    List<String> models = OpenModels.lines();
    return """
        kernels  %s
        because  %s
        faster   %s
        serving  %s
        threads  %d (-Doctavo.threads)
        machine  %s, %s %s
        JVM      %s %s (%s)
        models   %s
        """
        .formatted(
            kernels.portable(),
            kernels.reason(),
            kernels.advice().isEmpty() ? "nothing to change" : kernels.advice(),
            String.join("\n         ", kernels.operations()),
            WorkerPool.shared().threads(),
            System.getProperty("os.arch"),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("java.vm.name"),
            System.getProperty("java.vm.version"),
            System.getProperty("java.vm.info"),
            models.isEmpty() ? "none loaded" : String.join("\n         ", models));
  }
}
