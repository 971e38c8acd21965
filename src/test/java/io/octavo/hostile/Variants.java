package io.octavo.hostile;

import io.octavo.hostile.Variant.DiskTrick;
import io.octavo.hostile.Variant.Route;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Makes damaged models, each from nothing but a seed and its number. */
final class Variants {
  private final List<Specimen> specimens;
  private final long seed;

  Variants(List<Specimen> specimens, long seed) {
    this.specimens = specimens;
    this.seed = seed;
  }

  /** The variant of a number. */
  Variant of(int index) {
    // Mixed, because the first numbers of neighbouring seeds are alike.
    long mixed = (seed * 0x9E3779B97F4A7C15L + index) * 0xBF58476D1CE4E5B9L;
    Random random = new Random(mixed ^ (mixed >>> 31));
    Specimen specimen = specimens.get(random.nextInt(specimens.size()));
    Map<String, byte[]> files = new TreeMap<>(specimen.files());
    int route = random.nextInt(10);
    List<String> damage = new ArrayList<>();
    Map<String, DiskTrick> tricks = new TreeMap<>();
    FileKind kind = null;
    int many = random.nextInt(10);
    for (int i = many < 7 ? 1 : many < 9 ? 2 : 4; i > 0; i--) {
      String file = choose(specimen, random);
      kind = kind == null ? FileKind.of(file) : kind;
      if (route >= 7 && random.nextInt(12) == 0) {
        tricks.put(file, Lies.pick(DiskTrick.values(), random));
      } else {
        damage.add(damage(files, file, random));
      }
    }
    return new Variant(
        index,
        specimen,
        files,
        kind == null ? FileKind.CONFIG : kind,
        damage,
        route < 6 ? Route.BYTES : route < 7 ? Route.STREAMS : Route.DISK,
        tricks,
        random.nextInt(5));
  }

  /** A file; each kind is as likely as the others. */
  private static String choose(Specimen specimen, Random random) {
    Map<FileKind, List<String>> kinds = new EnumMap<>(FileKind.class);
    specimen
        .files()
        .keySet()
        .forEach(
            name -> kinds.computeIfAbsent(FileKind.of(name), k -> new ArrayList<>()).add(name));
    List<List<String>> all = new ArrayList<>(kinds.values());
    List<String> names = all.get(random.nextInt(all.size()));
    return names.get(random.nextInt(names.size()));
  }

  private static String damage(Map<String, byte[]> files, String file, Random random) {
    byte[] bytes = files.get(file);
    if (bytes == null) {
      return "nothing";
    }
    if (random.nextInt(40) == 0) {
      return move(files, file, random);
    }
    FileKind kind = FileKind.of(file);
    boolean blind = kind == FileKind.EXTERNAL_DATA || random.nextInt(3) == 0;
    String how;
    byte[] damaged;
    if (blind) {
      ByteMutation mutation = Lies.pick(ByteMutation.values(), random);
      how = mutation.name();
      damaged = mutation.apply(bytes, random);
    } else if (TemplateInFile.isIn(kind, bytes) && random.nextInt(3) == 0) {
      TemplateMutation mutation = Lies.pick(TemplateMutation.values(), random);
      how = mutation.name() + " of the template";
      damaged = TemplateInFile.replaced(kind, bytes, mutation, random);
    } else if (kind.isJson()) {
      JsonMutation mutation = JsonMutation.choose(random);
      how = mutation.name();
      damaged = mutation.apply(bytes, random);
    } else if (kind == FileKind.ONNX) {
      OnnxMutation mutation = Lies.pick(OnnxMutation.values(), random);
      how = mutation.name();
      damaged = mutation.apply(bytes, random);
    } else if (kind == FileKind.GGUF) {
      GgufMutation mutation = Lies.pick(GgufMutation.values(), random);
      how = mutation.name();
      damaged = mutation.apply(bytes, random);
    } else if (kind == FileKind.CHAT_TEMPLATE) {
      TemplateMutation mutation = Lies.pick(TemplateMutation.values(), random);
      how = mutation.name();
      damaged = mutation.apply(bytes, random);
    } else {
      SafetensorsMutation mutation = Lies.pick(SafetensorsMutation.values(), random);
      how = mutation.name();
      damaged = mutation.apply(bytes, random);
    }
    files.put(file, damaged);
    return how + " in " + file;
  }

  private static String move(Map<String, byte[]> files, String file, Random random) {
    byte[] bytes = files.getOrDefault(file, new byte[0]);
    List<String> names = List.copyOf(files.keySet());
    String other = names.get(random.nextInt(names.size()));
    switch (random.nextInt(4)) {
      case 0 -> {
        files.remove(file);
        return file + " removed";
      }
      case 1 -> {
        files.put(file, files.getOrDefault(other, new byte[0]));
        return file + " replaced by " + other;
      }
      case 2 -> {
        files.put(
            file,
            bytes.length == 0
                ? bytes
                : new String(bytes, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_16));
        return file + " in UTF-16";
      }
      default -> {
        files.put(
            file, ByteMutation.join(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, bytes));
        return file + " behind a byte order mark";
      }
    }
  }
}
