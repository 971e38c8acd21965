package io.octavo.jinja;

/** Text that is made, at its price. */
final class Output {
  private final StringBuilder text = new StringBuilder();
  private final Work work;

  Output(Work work) {
    this.work = work;
  }

  Work work() {
    return work;
  }

  Output append(String more) {
    work.spend(more.length());
    text.append(more);
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
