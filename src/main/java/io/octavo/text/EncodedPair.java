package io.octavo.text;

/**
 * Two texts as one sequence of tokens, with the special tokens around and between them.
 *
 * @param ids token ids
 * @param types for each token its segment, such as 0 for the first text and 1 for the second; all 0
 *     where the tokenizer's post-processor tells no segments apart
 */
public record EncodedPair(int[] ids, int[] types) {}
