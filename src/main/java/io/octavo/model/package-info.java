/** Encoders: the descriptor of a block and the forward pass. */
@NullMarked
package io.octavo.model;

import org.jspecify.annotations.NullMarked;
