/** The kernels on {@code jdk.incubator.vector}; loaded only where that module is present. */
@NullMarked
package io.octavo.kernel.vector;

import org.jspecify.annotations.NullMarked;
