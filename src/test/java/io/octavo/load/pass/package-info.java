/** Tests of the passes over weights. */
@NullMarked
package io.octavo.load.pass;

import org.jspecify.annotations.NullMarked;
