/** Layers: linear in its forms, embedding, attention, feed-forward. */
@NullMarked
package io.octavo.layer;

import org.jspecify.annotations.NullMarked;
