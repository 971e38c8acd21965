package io.octavo.normalize;

import java.util.random.RandomGenerator;

/**
 * The statistics that {@link UnMixTns} keeps and moves as it sees batches: means and variances of
 * some components, {@code [components, channels]}.
 *
 * <p>Mutable, and for one thread at a time.
 */
public final class UnMixState {
  private final int channels;
  private final double[][] means;
  private final double[][] variances;

  private UnMixState(int channels, double[][] means, double[][] variances) {
    this.channels = channels;
    this.means = means;
    this.variances = variances;
  }

  /**
   * A state that was kept.
   *
   * @param components at least 1
   * @param means {@code [components, channels]}, row-major
   * @param variances {@code [components, channels]}, row-major, at least 0
   * @throws IllegalArgumentException if the lengths differ or are not whole components, or a
   *     variance is negative
   */
  public static UnMixState of(int components, double[] means, double[] variances) {
    if (components < 1
        || means.length == 0
        || means.length % components != 0
        || variances.length != means.length) {
      throw new IllegalArgumentException(
          means.length
              + " means and "
              + variances.length
              + " variances of "
              + components
              + " components");
    }
    int channels = means.length / components;
    UnMixState state = empty(components, channels);
    for (int i = 0; i < means.length; i++) {
      if (!(variances[i] >= 0)) {
        throw new IllegalArgumentException("variances[" + i + "] is " + variances[i]);
      }
      state.means[i / channels][i % channels] = means[i];
      state.variances[i / channels][i % channels] = variances[i];
    }
    return state;
  }

  /**
   * The state before the first batch: each mean is the checkpoint's plus {@code sqrt(components / 2
   * / (components - 1))} deviations of noise, each variance half the checkpoint's. A single
   * component has neither noise nor the half.
   *
   * @param components at least 1 (16 in the published code)
   * @param runningMean the checkpoint's {@code running_mean}, {@code [channels]}
   * @param runningVar the checkpoint's {@code running_var}, {@code [channels]}
   * @param random source of the noise
   * @throws IllegalArgumentException if the lengths differ, a variance is negative, or there are no
   *     components
   */
  public static UnMixState initial(
      int components, float[] runningMean, float[] runningVar, RandomGenerator random) {
    int channels = Arguments.width(runningMean.length);
    Arguments.copy("runningVar", runningVar, channels);
    double share = components == 1 ? 0 : 0.5;
    double spread = components == 1 ? 0 : Math.sqrt(share * components / (components - 1));
    double[] means = new double[Math.multiplyExact(Math.max(components, 0), channels)];
    double[] variances = new double[means.length];
    for (int i = 0; i < means.length; i++) {
      int c = i % channels;
      double noise = components == 1 ? 0 : random.nextGaussian();
      means[i] = runningMean[c] + noise * spread * Math.sqrt(runningVar[c]);
      variances[i] = (1 - share) * runningVar[c];
    }
    return of(components, means, variances);
  }

  private static UnMixState empty(int components, int channels) {
    return new UnMixState(
        channels, new double[components][channels], new double[components][channels]);
  }

  /** How many components there are. */
  public int components() {
    return means.length;
  }

  /** How many channels there are. */
  public int channels() {
    return channels;
  }

  /** The means, {@code [components, channels]}; a copy. */
  public double[] means() {
    return flat(means);
  }

  /** The variances, {@code [components, channels]}; a copy. */
  public double[] variances() {
    return flat(variances);
  }

  private double[] flat(double[][] rows) {
    double[] result = new double[rows.length * channels];
    for (int k = 0; k < rows.length; k++) {
      System.arraycopy(rows[k], 0, result, k * channels, channels);
    }
    return result;
  }

  double[] mean(int component) {
    return means[component];
  }

  double[] variance(int component) {
    return variances[component];
  }
}
