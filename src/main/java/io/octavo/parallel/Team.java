package io.octavo.parallel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The workers of one forward pass: the calling thread, and those the pool lends until {@link
 * #close()}. Used by the thread that opened it only.
 *
 * <p>Results never depend on the size of a team: pieces of work are independent, and each is done
 * by one worker in a written order.
 */
public final class Team implements AutoCloseable {
  private final @Nullable WorkerPool pool;
  private final int size;

  Team(@Nullable WorkerPool pool, int size) {
    this.pool = pool;
    this.size = size;
  }

  /** A team of the calling thread alone. */
  public static Team alone() {
    return new Team(null, 1);
  }

  /** How many workers there are, the caller included; worker indices are below it. */
  public int size() {
    return size;
  }

  /**
   * Runs pieces 0 to {@code tasks - 1}, in no particular order, and returns when all are done. What
   * a piece throws is thrown here, once the others have stopped.
   */
  public void run(int tasks, Task body) {
    if (pool == null || tasks <= 1) {
      for (int task = 0; task < tasks; task++) {
        body.run(task, 0);
      }
      return;
    }
    Job job = new Job(tasks, body);
    pool.publish(job);
    job.work(0);
    job.await();
  }

  /** Sends the borrowed workers to sleep. */
  @Override
  public void close() {
    if (pool != null) {
      pool.release();
    }
  }

  /** Pieces handed out one by one; a worker that comes late finds nothing left. */
  static final class Job {
    private final int tasks;
    private final Task body;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Job(int tasks, Task body) {
      this.tasks = tasks;
      this.body = body;
    }

    void work(int worker) {
      for (int task = next.getAndIncrement(); task < tasks; task = next.getAndIncrement()) {
        try {
          if (failure.get() == null) {
            body.run(task, worker);
          }
        } catch (Throwable thrown) {
          failure.compareAndSet(null, thrown);
        } finally {
          done.incrementAndGet();
        }
      }
    }

    private void await() {
      for (int spins = 0; done.get() < tasks; spins++) {
        WorkerPool.pause(spins);
      }
      switch (failure.get()) {
        case null -> {}
        case RuntimeException exception -> throw exception;
        case Error error -> throw error;
        case Throwable other -> throw new IllegalStateException(other);
      }
    }
  }
}
