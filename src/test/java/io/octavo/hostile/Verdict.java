package io.octavo.hostile;

import io.octavo.error.OctavoException;
import org.jspecify.annotations.Nullable;

/**
 * What became of a variant.
 *
 * @param refusal the exception that refused it; null if it was loaded, or worse happened
 * @param finite whether all numbers it gave are finite; true if it gave none
 * @param violation what must not happen and did; null if nothing did
 * @param millis how long it took
 */
record Verdict(
    @Nullable OctavoException refusal, boolean finite, @Nullable String violation, double millis) {}
