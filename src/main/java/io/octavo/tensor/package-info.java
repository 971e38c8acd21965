/**
 * Where numbers live: storage types, matrices read from checkpoints, off-heap memory and its owner.
 */
@NullMarked
package io.octavo.tensor;

import org.jspecify.annotations.NullMarked;
