/** Tokenizers. */
@NullMarked
package io.octavo.text;

import org.jspecify.annotations.NullMarked;
