package io.octavo.kernel.x86;

import io.octavo.kernel.CodeLayout;
import io.octavo.kernel.PanelMatrix;

/** The ways in which machine code multiplies codes, the fastest first. */
public enum CodePath {
  /** Four products of bytes an int, 16 ints at once. */
  AVX512_VNNI("AVX-512 VNNI", 512, CodeLayout.QUADS, 6, 16_000_000, 16_384),
  /** Four products of bytes an int, 8 ints at once. */
  AVX_VNNI("AVX-VNNI", 256, CodeLayout.QUADS, 6, 4_000_000, 8_192),
  /**
   * Bytes widened to 16 bits, two products an int, 8 ints at once: exact, unlike the instruction
   * that multiplies bytes and saturates in 16 bits.
   */
  AVX2("AVX2", 256, CodeLayout.PAIRS, 4, 4_000_000, 8_192);

  /**
   * Bytes of weights of a call, which may have to come from memory: four panels of 4,096 inputs
   * with what stands behind each.
   */
  private static final long CALL_BYTES = 1088 << 10;

  /** So many tiles fetch a line for each group at most. */
  private static final int FETCHING_TILES = 4;

  private final String title;
  private final int bits;
  private final CodeLayout layout;
  private final int maxRows;
  private final long callMacs;
  private final int callInputs;

  CodePath(String title, int bits, CodeLayout layout, int maxRows, long callMacs, int callInputs) {
    this.title = title;
    this.bits = bits;
    this.layout = layout;
    this.maxRows = maxRows;
    this.callMacs = callMacs;
    this.callInputs = callInputs;
  }

  /** The name of the instruction set. */
  public String title() {
    return title;
  }

  /** The layout of the weights it reads. */
  public CodeLayout layout() {
    return layout;
  }

  /** Whether a processor has the instructions. */
  public boolean servedBy(CpuFeatures features) {
    return switch (this) {
      case AVX512_VNNI -> features.avx512Vnni();
      case AVX_VNNI -> features.avxVnni();
      case AVX2 -> features.avx2();
    };
  }

  /** Bits of a vector. */
  int bits() {
    return bits;
  }

  /** Rows of the largest tile whose sums fit into the registers. */
  int maxRows() {
    return maxRows;
  }

  /**
   * Multiply-accumulates of a call: some 40 microseconds' worth on the processors that have the
   * instructions, and more than 100 on slow ones; less would leave its mark on the rate.
   */
  long callMacs() {
    return callMacs;
  }

  /** Inputs that are summed in one call. */
  int callInputs() {
    return callInputs;
  }

  /** Rows of a call, a whole number of tiles. */
  int rowsOfCall(int inputs) {
    long rows = callMacs / ((long) inputs * PanelMatrix.WIDTH);
    return (int) Math.max(1, rows / maxRows) * maxRows;
  }

  /** Panels of a call. */
  int panelsOfCall(int rows, PanelMatrix weights) {
    int inputs = weights.inputs();
    long macs = Math.min(rows, rowsOfCall(inputs)) * (long) inputs * PanelMatrix.WIDTH;
    return (int) Math.max(1, Math.min(callMacs / macs, CALL_BYTES / weights.panelBytes()));
  }

  /**
   * How many bytes further what is fetched of the next panel is with each group of inputs: the
   * tiles of a panel share it. With few tiles a panel is passed too quickly for that, and the
   * processor fetches by itself; they fetch nothing, and so do those of 256 bits, which pass a
   * panel in parts.
   */
  int fetchedBytes(int rows) {
    int tiles = RowTiles.count(rows, maxRows);
    int ofGroup = PanelMatrix.WIDTH * layout.group();
    return bits < 512 || tiles < FETCHING_TILES ? 0 : (ofGroup + tiles - 1) / tiles;
  }

  /** Where in the next panel the tile of a row begins to fetch, from where the panel begins. */
  long fetchOffset(PanelMatrix weights, int row, int fetchedBytes) {
    long groups = layout.groups(weights.inputs());
    return fetchedBytes == 0 ? 0 : weights.panelBytes() + row / maxRows * groups * fetchedBytes;
  }
}
