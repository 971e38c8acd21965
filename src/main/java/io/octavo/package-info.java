/** The front door. */
@NullMarked
package io.octavo;

import org.jspecify.annotations.NullMarked;
