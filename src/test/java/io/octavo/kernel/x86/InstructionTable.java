package io.octavo.kernel.x86;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes {@code src/test/resources/x86/instructions.txt}: every instruction of {@link EveryForm}
 * with the bytes that GNU's assembler makes of its text, so that the test needs no assembler. Needs
 * {@code as} and {@code objdump} of binutils 2.40 or later.
 */
final class InstructionTable {
  private static final Pattern LINE = Pattern.compile("\\s*[0-9a-f]+:\\t([0-9a-f ]+?)\\s*\\t.*");

  private InstructionTable() {}

  /** Of one argument: the file to write. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Set<String> texts = new LinkedHashSet<>();
    for (MachineCode code : EveryForm.code()) {
      code.lines().forEach(line -> texts.add(line.toString()));
    }
    Path folder = Files.createTempDirectory("instructions");
    Path source = folder.resolve("table.s");
    Path object = folder.resolve("table.o");
    List<String> lines = new ArrayList<>(List.of(".intel_syntax noprefix"));
    lines.addAll(texts);
    Files.write(source, lines);
    run(List.of("as", source.toString(), "-o", object.toString()));
    List<String> table = new ArrayList<>();
    var text = texts.iterator();
    for (String line : run(List.of("objdump", "-d", "--insn-width=16", object.toString()))) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        table.add(matcher.group(1).replace(" ", "") + "\t" + text.next());
      }
    }
    if (text.hasNext()) {
      throw new IllegalStateException("No bytes for " + text.next());
    }
    Files.write(Path.of(arguments[0]), table);
    Files.delete(source);
    Files.delete(object);
    Files.delete(folder);
  }

  private static List<String> run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> lines = process.inputReader().lines().toList();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(command + " failed");
    }
    return lines;
  }
}
