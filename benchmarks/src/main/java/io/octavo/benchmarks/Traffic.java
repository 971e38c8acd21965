package io.octavo.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts elements and the bytes an algorithm reads and writes; JMH reports them per second. */
@AuxCounters
@State(Scope.Thread)
public class Traffic {
  /** 10^9 elements. */
  public double gigaElements;

  /** 10^9 bytes. */
  public double gigaBytes;

  /** Counts {@code elements} more, each of which costs {@code bytesEach} bytes of traffic. */
  void add(long elements, int bytesEach) {
    gigaElements += elements * 1e-9;
    gigaBytes += elements * bytesEach * 1e-9;
  }
}
