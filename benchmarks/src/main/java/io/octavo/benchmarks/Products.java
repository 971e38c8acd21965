package io.octavo.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts multiply-accumulates; JMH reports them per second. */
@AuxCounters
@State(Scope.Thread)
public class Products {
  /** 10^9 multiply-accumulates. */
  public double gigaMacs;

  /** Counts {@code macs} more. */
  void add(long macs) {
    gigaMacs += macs * 1e-9;
  }
}
