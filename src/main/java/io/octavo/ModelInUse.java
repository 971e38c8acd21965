package io.octavo;

import io.octavo.parallel.Team;
import io.octavo.parallel.WorkerPool;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/**
 * A loaded model's memory and the calls that use it: they keep it from being freed, and once it is
 * closed there are none any more. Safe for any number of threads.
 */
final class ModelInUse implements AutoCloseable {
  private final LoadedMemory memory;
  private final int threads;
  private final String description;
  private final ReentrantReadWriteLock usage = new ReentrantReadWriteLock();
  private boolean closed;

  /**
   * A model that is ready.
   *
   * @param memory what is released when it is closed
   * @param threads most threads that a call may use
   * @param origin where it came from
   */
  ModelInUse(LoadedMemory memory, int threads, ModelReport.Origin origin) {
    this.memory = memory;
    this.threads = threads;
    this.description =
        origin.source()
            + " ("
            + origin.kind()
            + (origin.outlierWeights().isEmpty()
                ? ""
                : "; outlier weights: " + origin.outlierWeights())
            + ")";
    OpenModels.add(this);
  }

  /**
   * Runs a call that needs the model.
   *
   * @throws IllegalStateException if it is closed
   */
  void call(Runnable call) {
    usage.readLock().lock();
    try {
      requireOpen();
      call.run();
    } finally {
      usage.readLock().unlock();
    }
  }

  /**
   * Runs a call on a team.
   *
   * @throws IllegalStateException if the model is closed
   */
  void callWithTeam(Consumer<Team> call) {
    call(
        () -> {
          try (Team team = WorkerPool.shared().enter(threads)) {
            call.accept(team);
          }
        });
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("This model is closed");
    }
  }

  /** Bytes that it holds off the heap. */
  long offHeapBytes() {
    return memory.weights().allocatedBytes();
  }

  @Override
  public String toString() {
    return description;
  }

  /** Waits for running calls, refuses new ones, and frees the model's memory. */
  @Override
  public void close() {
    if (usage.getReadHoldCount() > 0) {
      // It would wait for itself.
      throw new IllegalStateException(
          "A model cannot be closed by what listens to one of its calls");
    }
    usage.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        OpenModels.remove(this);
        memory.close();
      }
    } finally {
      usage.writeLock().unlock();
    }
  }
}
