/** What several tests share. */
@NullMarked
package io.octavo.testing;

import org.jspecify.annotations.NullMarked;
