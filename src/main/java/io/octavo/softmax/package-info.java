/** Softmax in two and three passes, and the (mantissa, exponent) accumulator. */
@NullMarked
package io.octavo.softmax;

import org.jspecify.annotations.NullMarked;
