/** How numbers are crunched: small interfaces, each with its scalar definition. */
@NullMarked
package io.octavo.kernel;

import org.jspecify.annotations.NullMarked;
