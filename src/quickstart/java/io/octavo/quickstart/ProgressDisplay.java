package io.octavo.quickstart;

import io.octavo.load.LoadProgress;
import java.io.PrintStream;

/** Shows a load's progress: one line that changes on a terminal, else a line per quarter. */
final class ProgressDisplay implements LoadProgress {
  private final PrintStream out;
  private final boolean terminal;
  private int quarters;

  ProgressDisplay(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public void progress(String part, int done, int total) {
    int percent = 100 * done / total;
    String line = "  %3d %%  %-40s".formatted(percent, part);
    if (terminal) {
      out.print("\r" + line + (done == total ? "\n" : ""));
      out.flush();
    } else if (percent / 25 > quarters) {
      quarters = percent / 25;
      out.println(line.stripTrailing());
    }
  }
}
