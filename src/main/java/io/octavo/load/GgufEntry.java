package io.octavo.load;

import java.util.List;

/**
 * A tensor as the header of a GGUF file describes it.
 *
 * @param shape its dimensions, outermost first, which the file has last
 * @param begin first byte in the file
 * @param end byte after the last one
 */
record GgufEntry(String name, GgufType type, List<Long> shape, long begin, long end) {
  /** Where it is, for messages. */
  String place() {
    return "tensor " + name + " at byte offset " + begin;
  }
}
