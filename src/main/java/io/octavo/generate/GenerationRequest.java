package io.octavo.generate;

/**
 * One of several generations that run together.
 *
 * @param prompt token ids, at least one
 * @param options how to go on from there
 */
public record GenerationRequest(int[] prompt, GenerationOptions options) {}
