package io.octavo.parallel;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

  /** About ten microseconds: what two workers differ by at the end of a matrix. */
  private static final int SPINS_BEFORE_YIELD = 256;

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
    int spins = 0;
    while (true) {
      Team.Job job = current;
      if (job != null && job != last && worker < members) {
        job.work(worker);
        last = job;
        idleSince = System.nanoTime();
        spins = 0;
      } else if (open && worker < members && System.nanoTime() - idleSince < SPIN_NANOS) {
        pause(spins++);
      } else {
        last = null;
        LockSupport.park(this);
        idleSince = System.nanoTime();
        spins = 0;
      }
    }
  }

  /**
   * Waits a moment, for the {@code spins}th time in a row: first on the processor, then leaving it
   * to whoever needs it. On a machine with more threads than processors the one that is waited for
   * may be the one that needs it.
   */
  @SuppressWarnings("ThreadPriorityCheck") // Nothing relies on it; it only keeps others running.
  static void pause(int spins) {
    if (spins < SPINS_BEFORE_YIELD) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  private static int configuredThreads() {
    int granted = Runtime.getRuntime().availableProcessors();
    String text = System.getProperty("octavo.threads");
    if (text == null) {
      return granted;
    }
    try {
      int threads = Integer.parseInt(text);
      if (threads >= 1) {
        return threads;
      }
    } catch (NumberFormatException ignored) {
      // Reported below, as a number below 1 is.
    }
    LOG.warn("-Doctavo.threads={} is no number of threads; {} are used.", text, granted);
    return granted;
  }

  private static final class Shared {
    static final WorkerPool POOL = new WorkerPool(configuredThreads());
  }
}
