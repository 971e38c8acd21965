/** Tests of where numbers live. */
@NullMarked
package io.octavo.tensor;

import org.jspecify.annotations.NullMarked;
