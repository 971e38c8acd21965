/**
 * Jinja, as far as chat templates go: it renders what the transformers library's settings of it
 * render, reaches nothing of the JVM, and ends within a bounded time. Not exported.
 */
@NullMarked
package io.octavo.jinja;

import org.jspecify.annotations.NullMarked;
