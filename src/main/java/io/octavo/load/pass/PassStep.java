package io.octavo.load.pass;

/**
 * What a pass did to a tensor.
 *
 * @param pass the pass
 * @param name the layer, embedding or norm
 * @param change what was done
 */
public record PassStep(String pass, String name, String change) {}
