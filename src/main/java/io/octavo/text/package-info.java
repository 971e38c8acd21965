/**
 * Tokenizers, read from {@code tokenizer.json} files and from the vocabularies of GGUF files.
 *
 * <p>A text passes the stages that the file names: added tokens are cut out, the rest is
 * normalized, split into words, each word into subwords, and special tokens are put around it. Two
 * texts become one sequence likewise, with special tokens between them. A decoder goes the way
 * back, from tokens to text, one by one.
 *
 * <p>Character classes, decompositions and lower case come from the running JDK's version of
 * Unicode. The {@code tokenizers} library decomposes, drops accents and finds punctuation and
 * control characters by tables of Unicode 8 and 9, so the two can differ on a character assigned or
 * reclassified after that.
 */
@NullMarked
package io.octavo.text;

import org.jspecify.annotations.NullMarked;
