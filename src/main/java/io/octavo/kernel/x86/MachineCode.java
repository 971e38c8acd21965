package io.octavo.kernel.x86;

import java.util.HexFormat;
import java.util.List;

/**
 * A finished piece of machine code.
 *
 * @param name what it does, for a listing
 * @param bytes the code
 * @param lines its instructions
 */
record MachineCode(String name, byte[] bytes, List<Line> lines) {
  /**
   * An instruction.
   *
   * @param offset of its first byte
   * @param length in bytes
   * @param parts what its text is made of
   */
  record Line(int offset, int length, Object... parts) {
    /**
     * In Intel's syntax, as GNU's assembler reads it; a jump's target is relative to its own place.
     */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      for (Object part : parts) {
        text.append(part);
      }
      return text.toString();
    }
  }

  /** The bytes of an instruction in hexadecimal. */
  String hex(Line line) {
    return HexFormat.of().formatHex(bytes, line.offset(), line.offset() + line.length());
  }

  /** The assembly with offsets and bytes, a line for each instruction. */
  String listing() {
    StringBuilder text = new StringBuilder(name + ": " + bytes.length + " bytes\n");
    for (Line line : lines) {
      text.append("%6x  %-24s %s%n".formatted(line.offset(), hex(line), line));
    }
    return text.toString();
  }
}
