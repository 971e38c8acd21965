package io.octavo.load;

import java.util.List;

/**
 * A tensor as the header of a safetensors file describes it.
 *
 * @param begin first byte in the buffer behind the header
 * @param end byte after the last one
 */
record SafetensorsEntry(
    String name, SafetensorsType type, List<Long> shape, long begin, long end) {}
