/**
 * Files that lie and models under stress: what the library does with them, and what it must not.
 */
@NullMarked
package io.octavo.hostile;

import org.jspecify.annotations.NullMarked;
