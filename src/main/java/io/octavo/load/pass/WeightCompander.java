package io.octavo.load.pass;

/**
 * Weight Compander: {@code a * arctan(w / b)} of each weight. The formula is a secondary source's;
 * the paper was not read.
 *
 * @param a factor of the result
 * @param b divisor of the weight, not 0
 */
public record WeightCompander(double a, double b) implements Reparametrization {
  /** Refuses a divisor of zero, and what is no number. */
  public WeightCompander {
    if (b == 0 || !Double.isFinite(a) || !Double.isFinite(b)) {
      throw new IllegalArgumentException("a is " + a + " and b is " + b);
    }
  }

  @Override
  public Weights effective(Weights stored) {
    return new Companded(stored, a, b);
  }

  private record Companded(Weights source, double a, double b) implements Weights {
    @Override
    public int rows() {
      return source.rows();
    }

    @Override
    public int columns() {
      return source.columns();
    }

    @Override
    public void readRow(int row, double[] target) {
      source.readRow(row, target);
      expand(target, columns());
    }

    @Override
    public void readColumn(int column, int firstRow, int count, double[] target) {
      source.readColumn(column, firstRow, count, target);
      expand(target, count);
    }

    @Override
    public void check() {
      source.check();
    }

    private void expand(double[] values, int count) {
      for (int i = 0; i < count; i++) {
        values[i] = a * Math.atan(values[i] / b);
      }
    }
  }
}
