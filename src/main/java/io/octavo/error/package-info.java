/** The library's own exceptions: what is wrong, where, and what to do. */
@NullMarked
package io.octavo.error;

import org.jspecify.annotations.NullMarked;
