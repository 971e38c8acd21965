/** JSON files as trees of values that know where they stand. Not for users of the library. */
@NullMarked
package io.octavo.json;

import org.jspecify.annotations.NullMarked;
