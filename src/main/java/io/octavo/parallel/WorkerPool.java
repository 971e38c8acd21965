package io.octavo.parallel;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The pool of workers of this process. It serves one forward pass at a time; a caller that finds it
 * busy works on its own thread, so that many callers share the processors without waiting for each
 * other.
 *
 * <p>Workers spin between the pieces of a forward pass, because waking a parked thread costs more
 * than a small matrix, and park when the pass ends. The size is {@code -Doctavo.threads}, by
 * default the processors this process is granted.
 */
public final class WorkerPool {
  static final int SPINS_BEFORE_SLEEP = 1 << 14;
  static final long SLEEP_NANOS = 50_000;
  private static final long SPIN_NANOS = 2_000_000;

  private final Thread[] workers;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile boolean open;
  private volatile int members;
  private volatile Team.@Nullable Job current;
  private boolean started;

  /** A pool of {@code threads} threads, the caller's included. */
  public WorkerPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("A pool needs at least one thread, not " + threads);
    }
    workers = new Thread[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      int worker = i + 1;
      workers[i] =
          Thread.ofPlatform()
              .daemon()
              .name("octavo-worker-" + worker)
              .unstarted(() -> serve(worker));
    }
  }

  /** The pool every model of this process shares. */
  public static WorkerPool shared() {
    return Shared.POOL;
  }

  /** Threads of this pool, the caller's included. */
  public int threads() {
    return workers.length + 1;
  }

  /**
   * Opens a team of at most {@code maxThreads} workers; of the calling thread alone where the pool
   * is busy.
   */
  public Team enter(int maxThreads) {
    int size = Math.min(maxThreads, threads());
    if (size <= 1 || !busy.compareAndSet(false, true)) {
      return Team.alone();
    }
    if (!started) {
      started = true;
      for (Thread worker : workers) {
        worker.start();
      }
    }
    members = size;
    open = true;
    return new Team(this, size);
  }

  void publish(Team.Job job) {
    current = job;
    for (int i = 0; i < members - 1; i++) {
      LockSupport.unpark(workers[i]);
    }
  }

  void release() {
    open = false;
    current = null;
    busy.set(false);
  }

  private void serve(int worker) {
    Team.Job last = null;
    long idleSince = System.nanoTime();
    while (true) {
      Team.Job job = current;
      if (job != null && job != last && worker < members) {
        job.work(worker);
        last = job;
        idleSince = System.nanoTime();
      } else if (open && worker < members && System.nanoTime() - idleSince < SPIN_NANOS) {
        Thread.onSpinWait();
      } else {
        last = null;
        LockSupport.park(this);
        idleSince = System.nanoTime();
      }
    }
  }

  private static final class Shared {
    static final WorkerPool POOL =
        new WorkerPool(
            Math.max(
                1,
                Integer.getInteger("octavo.threads", Runtime.getRuntime().availableProcessors())));
  }
}
