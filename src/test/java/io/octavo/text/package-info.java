/** Tests of the tokenizers. */
@NullMarked
package io.octavo.text;

import org.jspecify.annotations.NullMarked;
