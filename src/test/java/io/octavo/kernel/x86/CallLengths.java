package io.octavo.kernel.x86;

import io.octavo.kernel.Activation;
import io.octavo.kernel.BlockWeights;
import io.octavo.kernel.ExtendedSums;
import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.PanelMatrix;
import io.octavo.kernel.ScalarNormalization;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * How long the longest calls of machine code take, which hold back garbage collection: a histogram
 * over calls of as many rows and panels as one ever has, with weights from the cache and from
 * memory. A call that the system interrupts counts with the interruption.
 */
final class CallLengths {
  private static final int[] LIMITS = {10, 20, 50, 100, 200, 500};
  private static final long BYTES = 128L << 20;
  private static final int CALLS = 20_000;

  private CallLengths() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws MachineCodeException {
    System.out.println(
        "| path | inputs | rows | panels | median, us | "
            + "up to 10 us | 20 | 50 | 100 | 200 | 500 | more | longest, us |");
    System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    for (CodePath path : MachineSupport.current().paths()) {
      CodeProducts products = CodeProducts.install(path);
      for (int inputs : new int[] {64, 384, 1536, 4096, 16_384}) {
        measure(path, products, inputs, 1);
        measure(path, products, inputs, path.rowsOfCall(inputs));
      }
    }
    for (FloatPath path : MachineSupport.current().floatPaths()) {
      FloatProducts products = FloatProducts.install(path);
      for (int inputs : new int[] {64, PanelMatrix.BLOCK}) {
        measureFloats(path, products, inputs, 1);
        measureFloats(path, products, inputs, products.rowsOfCall(inputs));
      }
      if (path == FloatPath.AVX512) {
        measureSweeps();
        measureAttention();
      }
    }
  }

  private static void measure(CodePath path, CodeProducts products, int inputs, int rows) {
    try (NativeMemory memory = new NativeMemory()) {
      int outputs = (int) (BYTES / inputs) / PanelMatrix.WIDTH * PanelMatrix.WIDTH;
      PanelMatrix weights = PanelMatrix.allocateCodes(outputs, inputs, path.layout(), memory);
      // Written, since pages that nobody wrote to are all the same page.
      weights.data().fill((byte) 3);
      int panels = path.panelsOfCall(rows, weights);
      byte[] x = new byte[rows * inputs];
      float[] steps = new float[outputs];
      float[] y = new float[rows * panels * PanelMatrix.WIDTH];
      KernelScratch scratch = new KernelScratch();
      print(
          "| %s | %d | %d | %d |".formatted(path.title(), inputs, rows, panels),
          call -> {
            int first = call * panels % (weights.panels() - panels);
            products.multiplyDequantized(
                x,
                0,
                rows,
                weights,
                first,
                first + panels,
                new float[rows],
                0,
                steps,
                null,
                y,
                0,
                panels * PanelMatrix.WIDTH,
                scratch);
          });
    }
  }

  private static void measureFloats(FloatPath path, FloatProducts products, int inputs, int rows) {
    try (NativeMemory memory = new NativeMemory()) {
      int outputs = (int) (BYTES / 2 / inputs) / PanelMatrix.WIDTH * PanelMatrix.WIDTH;
      PanelMatrix weights = PanelMatrix.allocate(DType.F16, outputs, inputs, memory);
      weights.data().fill((byte) 3);
      int panels = products.panelsOfCall(rows, weights);
      float[] x = new float[rows * inputs];
      float[] y = new float[rows * panels * PanelMatrix.WIDTH];
      KernelScratch scratch = new KernelScratch();
      print(
          "| %s, 16 bits | %d | %d | %d |".formatted(path.title(), inputs, rows, panels),
          call -> {
            int first = call * panels % (weights.panels() - panels);
            products.multiply(
                x,
                0,
                rows,
                weights,
                first,
                first + panels,
                null,
                y,
                0,
                panels * PanelMatrix.WIDTH,
                scratch);
          });
    }
  }

  /** The sweeps that do the most for an element, over as many as a call takes. */
  private static void measureSweeps() throws MachineCodeException {
    float[] x = new float[1 << 24];
    int most = 1 << 16;
    MachineActivation activation = MachineActivation.install();
    print(
        "| GELU, %d elements | | | |".formatted(most),
        call -> activation.apply(Activation.GELU_ERF, x, call * most % (x.length - most), most));
    MachineNormalization normalization = MachineNormalization.install(new ScalarNormalization());
    float[] y = new float[x.length];
    int width = 1024;
    int rows = most / width;
    print(
        "| LayerNorm, %d elements | %d | %d | |".formatted(most, width, rows),
        call -> {
          int first = call * most % (x.length - most);
          normalization.layerNorm(x, first, rows, width, null, null, 1e-5, y, first);
        });
  }

  /** A block of keys with as many queries as a call takes, of wide heads. */
  private static void measureAttention() throws MachineCodeException {
    int queries = BlockWeights.MAX_QUERIES;
    int width = PanelMatrix.WIDTH;
    float[] x = new float[queries * PanelMatrix.BLOCK];
    float[] panel = new float[PanelMatrix.BLOCK * width];
    float[] scores = new float[queries * width];
    float[] factors = new float[BlockWeights.FACTORS];
    ExtendedSums sums = new ExtendedSums();
    KernelScratch scratch = new KernelScratch();
    MachineTile tile = MachineTile.install();
    MachineBlockWeights weights = MachineBlockWeights.install();
    MachineWeightedValues values = MachineWeightedValues.install();
    print(
        "| scores, %d features | | %d | |".formatted(PanelMatrix.BLOCK, queries),
        call ->
            tile.multiply(
                x,
                0,
                PanelMatrix.BLOCK,
                queries,
                panel,
                0,
                PanelMatrix.BLOCK,
                width,
                scores,
                0,
                width));
    print(
        "| weights | | %d | |".formatted(queries),
        call -> {
          sums.begin(queries);
          weights.weigh(scores, queries, width, 1f, sums, 0, factors);
        });
    print(
        "| weighted values | | %d | |".formatted(queries),
        call ->
            values.add(
                scores,
                queries,
                panel,
                0,
                width,
                factors,
                width,
                x,
                0,
                PanelMatrix.BLOCK,
                scratch));
  }

  private static void print(String title, IntConsumer call) {
    double[] microseconds = new double[CALLS];
    for (int i = 0; i < CALLS; i++) {
      long begin = System.nanoTime();
      call.accept(i);
      microseconds[i] = (System.nanoTime() - begin) * 1e-3;
    }
    double[] measured = Arrays.copyOfRange(microseconds, CALLS / 2, CALLS);
    Arrays.sort(measured);
    StringBuilder line = new StringBuilder();
    line.append(title).append(" %.1f |".formatted(measured[measured.length / 2]));
    int done = 0;
    for (int limit : LIMITS) {
      int within = done;
      while (within < measured.length && measured[within] <= limit) {
        within++;
      }
      line.append(" %d |".formatted(within - done));
      done = within;
    }
    line.append(" %d | %.0f |".formatted(measured.length - done, measured[measured.length - 1]));
    System.out.println(line);
  }
}
