/** Measurements of the whole library, run by Maven commands, whose results the docs show. */
@NullMarked
package io.octavo.study;

import org.jspecify.annotations.NullMarked;
