/** Token normalizations: one small class each, one interface. */
@NullMarked
package io.octavo.normalize;

import org.jspecify.annotations.NullMarked;
