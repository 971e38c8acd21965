package io.octavo.kernel;

/**
 * How the codes of a panel of weights lie in memory: {@code [inputs / group][WIDTH][group]}, the
 * inputs filled up with zeros to a whole number of groups.
 */
public enum CodeLayout {
  /** An input at a time; what the portable kernels read. */
  PORTABLE(1),
  /** Two inputs of an output side by side. */
  PAIRS(2),
  /** Four inputs of an output side by side, as byte dot products take them. */
  QUADS(4);

  private final int group;

  CodeLayout(int group) {
    this.group = group;
  }

  /** Inputs of an output that lie side by side. */
  public int group() {
    return group;
  }

  /** Groups for that many inputs. */
  public int groups(int inputs) {
    return (inputs + group - 1) / group;
  }

  /**
   * Whether a panel ends with an int for each output, that which its sum starts from where the
   * other operand's codes have {@value MatrixProductKernel#CODE_BIAS} added: minus that times the
   * sum of the output's codes.
   */
  public boolean hasStarts() {
    return this != PORTABLE;
  }
}
