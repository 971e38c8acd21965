/** Tests of what opens files. */
@NullMarked
package io.octavo.load;

import org.jspecify.annotations.NullMarked;
