package io.octavo.kernel.x86;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every instruction of every kernel, and every form of each instruction, is encoded as GNU's
 * assembler encodes its text: {@code x86/instructions.txt}, which {@link InstructionTable} wrote.
 */
@Tag("core")
class AssemblerTest {
  private static final Map<String, String> BYTES = new HashMap<>();

  @BeforeAll
  static void read() throws IOException {
    try (InputStream table = AssemblerTest.class.getResourceAsStream("/x86/instructions.txt")) {
      String text =
          new String(Objects.requireNonNull(table).readAllBytes(), StandardCharsets.US_ASCII);
      for (String line : text.lines().toList()) {
        int tab = line.indexOf('\t');
        BYTES.put(line.substring(tab + 1), line.substring(0, tab));
      }
    }
  }

  @Test
  void everyInstructionHasTheBytesOfAnIndependentAssembler() {
    for (MachineCode code : EveryForm.code()) {
      for (MachineCode.Line line : code.lines()) {
        assertThat(code.hex(line))
            .as("%s: %s; after a change run InstructionTable", code.name(), line.toString())
            .isEqualTo(BYTES.get(line.toString()));
      }
    }
  }

  /** Instructions follow one another without gaps, so that nothing escapes the test before. */
  @Test
  void linesCoverTheCode() {
    for (MachineCode code : EveryForm.code()) {
      int at = 0;
      for (MachineCode.Line line : code.lines()) {
        assertThat(line.offset()).isEqualTo(at);
        at += line.length();
      }
      assertThat(at).isEqualTo(code.bytes().length);
    }
  }
}
