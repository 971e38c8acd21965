/** The process-wide pool of workers. */
@NullMarked
package io.octavo.parallel;

import org.jspecify.annotations.NullMarked;
