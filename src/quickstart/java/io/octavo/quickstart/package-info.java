/** A first look at the library; run it with {@code mvn -q test-compile exec:exec}. */
@NullMarked
package io.octavo.quickstart;

import org.jspecify.annotations.NullMarked;
